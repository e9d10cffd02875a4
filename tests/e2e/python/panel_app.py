"""A real chat application, on loopback: `panel_app.py PORT`. Its fields lie in nested shadow roots.

The answer is made here, without a model and without the network.
"""

import sys

import panel as pn

def answer(contents, user, instance):
    turn = sum(message.user == "User" for message in instance.objects)
    return f"You wrote {len(contents)} characters; this is turn {turn}."


def page():
    return pn.chat.ChatInterface(callback=answer)


pn.serve(
    page,
    port=int(sys.argv[1]),
    address="127.0.0.1",
    show=False,
    threaded=False,
    websocket_origin=[f"127.0.0.1:{sys.argv[1]}"],
)
