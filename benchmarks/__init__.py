"""The project's models beside their rivals, each measurement one command."""
