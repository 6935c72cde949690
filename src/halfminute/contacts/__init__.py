"""People, and the addresses they write from on each channel account."""
