"""Tables of people: reading what offices send, and writing what they can safely open."""
