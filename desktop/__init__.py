"""The desktop: what people see and touch, with or without a network."""
