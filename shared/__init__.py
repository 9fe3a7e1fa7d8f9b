"""What desktop and server both stand on: vocabulary, messages and pure rules, without input or output."""
