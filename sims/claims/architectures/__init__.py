"""Random VGG-16 and ResNet-50."""
