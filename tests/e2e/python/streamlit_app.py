"""A real chat application, on loopback: `streamlit run streamlit_app.py --server.port PORT`.

The answer is made here, without a model and without the network.
"""

import streamlit as st

said = st.session_state.setdefault("said", [])
text = st.chat_input("Say something")
if text:
    said.append(text)
for turn, words in enumerate(said, 1):
    st.chat_message("user").text(words)
    st.chat_message("assistant").text(f"You wrote {len(words)} characters; this is turn {turn}.")
