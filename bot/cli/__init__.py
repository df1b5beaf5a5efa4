"""The command line. It only translates and holds no logic of its own."""
