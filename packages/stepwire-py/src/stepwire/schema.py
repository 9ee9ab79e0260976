import os
from importlib.resources import files


def proto_path() -> str:
    """Returns the folder with the schema files, for the option ``-I`` of protoc.

    A schema of your own imports them by their paths in this folder, such as
    ``stepwire/json/v1/json.proto``.

    Raises:
        FileNotFoundError: The package was imported from a zip file, so it has no folder.
    """
    path = str(files(__package__).joinpath("proto"))
    if not os.path.isdir(path):
        raise FileNotFoundError(f"{path} is not a folder; unpack the package to use the schema")
    return path
