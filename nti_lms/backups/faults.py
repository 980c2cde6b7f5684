"""What stands in the way of a backup."""


class BackupFault(Exception):
    """A backup cannot be made, trusted or restored; the text says why and what to do."""
