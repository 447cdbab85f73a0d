"""Features: what a student sees of a picture. ONNX image encoders, their preprocessing and a cache."""
