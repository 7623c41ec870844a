"""The web server: takes a `Bot` and settings, serves the patient's chat and the API; knows nothing of search.

Gradio and the Hugging Face client read these switches when they are imported, so they are set here, before any module
of this package can import them: no telemetry, no look-ups, no server of Gradio's own.
"""

import os

os.environ.update(
    GRADIO_ANALYTICS_ENABLED="False",
    GRADIO_SSR_MODE="False",
    GRADIO_MCP_SERVER="False",
    GRADIO_RUN_HISTORY="False",
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
)
