"""A real chat application, on loopback: `gradio_app.py PORT`.

The answer is made here, without a model and without the network.
"""

import os
import sys

# Before the import: Gradio would ask for its newest version and report its use.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import gradio as gr


def answer(message, history):
    return f"You wrote {len(message)} characters; this is turn {len(history) // 2 + 1}."


gr.ChatInterface(answer, title="Small talk").launch(
    server_name="127.0.0.1",
    server_port=int(sys.argv[1]),
    share=False,
    inbrowser=False,
    quiet=True,
)
