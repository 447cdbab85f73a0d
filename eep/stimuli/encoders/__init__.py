"""Features: what a student sees of a picture. ONNX image encoders, their preprocessing and a cache."""

import os

# From 1.29 on, onnxruntime keeps an id of the device and usage data for its maker in the user's cache, unless told not
# to before it is imported, which only modules of this package do. Using eep must tell nobody anything.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
