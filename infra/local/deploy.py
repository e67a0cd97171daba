"""Deploys `template.yaml` to the local AWS emulator, as `sam deploy` does to AWS.

Prints one JSON document: the outputs of the stack, and whether anything changed.
Errors end the program with one line on stderr and status 1.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import aws
import packages
import stack
import transform

MESSAGE_LENGTH = 500

def main() -> int:
    """Reads the arguments, deploys, prints the outputs."""
    args = parse_arguments()
    try:
        print(json.dumps(deploy(args)))
    except (stack.DeployFailed, transform.TemplateInvalid, OSError) as error:
        print(" ".join(str(error).split())[:MESSAGE_LENGTH], file=sys.stderr)
        return 1
    return 0


def deploy(args: argparse.Namespace) -> dict:
    """Uploads the functions, creates or updates the stack, and removes packages that no function uses now."""
    # The transform names managed policies by the partition of this region.
    os.environ["AWS_DEFAULT_REGION"] = aws.REGION
    clients = aws.Clients(args.endpoint)
    template = transform.read(args.template)
    functions = transform.functions_by_directory(template)
    binaries = dict(args.binary)
    missing = sorted(functions.keys() - binaries.keys())
    if missing:
        raise transform.TemplateInvalid(f"no binary was built for: {', '.join(missing)}")
    locations = packages.upload(clients.s3, {name: binaries[name] for name in functions})
    transform.set_code_locations(template, {functions[name]: where for name, where in locations.items()})
    url = packages.upload_template(clients.s3, args.endpoint, transform.to_cloudformation(template))
    changed = stack.apply(clients.cloudformation, args.stack, url, dict(args.parameter))
    packages.remove_unused(clients.s3, locations)
    return {
        "changed": changed,
        "outputs": stack.outputs(clients.cloudformation, args.stack),
        "environment": environment(clients.function),
    }


def environment(client) -> dict[str, str]:
    """The variables of all functions together, for running one of them outside of the stack."""
    variables = {}
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            variables.update(function.get("Environment", {}).get("Variables", {}))
    return variables


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint", required=True, help="address of the emulator")
    parser.add_argument("--template", required=True, type=Path)
    parser.add_argument("--stack", default="switchboard")
    parser.add_argument("--binary", action="append", default=[], type=pair, metavar="NAME=PATH",
                        help="the program of the function in functions/NAME/")
    parser.add_argument("--parameter", action="append", default=[], type=pair, metavar="NAME=VALUE")
    return parser.parse_args()


def pair(text: str) -> tuple[str, str]:
    """`NAME=VALUE` as a pair."""
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
