"""The sources of the site that `make docs` builds, and the little that Sphinx does not do by itself."""
