"""Many pictures: measures of attribution methods on photographs, with intervals."""
