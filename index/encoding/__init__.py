"""From text to vectors: the model's weights, what is derived from them, and how they are run."""

import os

# Else onnxruntime (since 1.29) keeps events in the home folder and sends them to its maker. It looks at this when it is
# imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
