"""What is measured beside the tests: speed, error rates of sound and of invalid procedures, and pictures of them."""
