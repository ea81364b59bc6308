"""Prints the flags a script gives to argparse, as JSON, without running it. Usage: python3 argparse.py script.py"""

import ast
import json
import sys


def literal(node):
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, (str, int, float, bool)) else None


with open(sys.argv[1], encoding="utf-8") as file:
    tree = ast.parse(file.read())

flags = []
for node in ast.walk(tree):
    if not (isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "add_argument"):
        continue
    names = [literal(name) for name in node.args]
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    flags.append(
        {
            "line": node.lineno,
            "names": [name for name in names if isinstance(name, str)],
            "type": getattr(given.get("type"), "id", None),
            "default": literal(given["default"]) if "default" in given else None,
            "required": literal(given["required"]) is True if "required" in given else False,
            "help": literal(given["help"]) if "help" in given else None,
            # A switch, or more than one value.
            "plain": "action" not in given and "nargs" not in given,
        }
    )
print(json.dumps(sorted(flags, key=lambda flag: flag["line"])))
