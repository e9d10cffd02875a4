"""A real chat application, on loopback: `chainlit run chainlit_app.py --headless --port PORT`.

The answer is made here, without a model and without the network.
"""

import chainlit as cl


@cl.on_message
async def answer(message: cl.Message):
    turn = cl.user_session.get("turn", 0) + 1
    cl.user_session.set("turn", turn)
    await cl.Message(content=f"You wrote {len(message.content)} characters; this is turn {turn}.").send()
