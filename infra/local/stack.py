"""Creates or updates a CloudFormation stack and waits for it."""

import time

from botocore.exceptions import ClientError

POLL_SECONDS = 0.1
TIMEOUT_SECONDS = 180
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]


class DeployFailed(Exception):
    """The stack could not be brought into the wanted state, and why."""


def apply(client, name: str, template_url: str, parameters: dict[str, str]) -> bool:
    """Brings the stack to the template. Returns whether anything changed."""
    request = {
        "StackName": name,
        "TemplateURL": template_url,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": CAPABILITIES,
    }
    found = describe(client, name)
    # A stack whose creation failed can only be removed.
    if found and found["StackStatus"] in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        client.delete_stack(StackName=name)
        wait(client, name)
        found = None
    try:
        if found is None:
            client.create_stack(**request)
        else:
            client.update_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" in message:
            return False
        raise DeployFailed(message) from error
    finished = wait(client, name)
    status = finished["StackStatus"] if finished else "DELETE_COMPLETE"
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployFailed(f"stack {name} ended as {status}: {first_failure(client, name)}")
    return True


def wait(client, name: str) -> dict | None:
    """Waits until nothing is in progress. Returns the stack, or nothing if it is gone."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        found = describe(client, name)
        if found is None or not found["StackStatus"].endswith("_IN_PROGRESS"):
            return found
        time.sleep(POLL_SECONDS)
    raise DeployFailed(f"stack {name} was not ready after {TIMEOUT_SECONDS} seconds")


def describe(client, name: str) -> dict | None:
    """The stack, or nothing if there is none."""
    try:
        found = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise DeployFailed(str(error)) from error
    return next((stack for stack in found if stack["StackStatus"] != "DELETE_COMPLETE"), None)


def first_failure(client, name: str) -> str:
    """What CloudFormation says of the resource that failed first in the last run."""
    failures = []
    for event in client.describe_stack_events(StackName=name)["StackEvents"]:
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            failures.append(f"{event['LogicalResourceId']}: {reason or event['ResourceStatus']}")
        if event["LogicalResourceId"] == name and reason == "User Initiated":
            break
    return failures[-1] if failures else "no reason was given"


def outputs(client, name: str) -> dict[str, str]:
    """The outputs of the stack by name."""
    found = describe(client, name)
    return {output["OutputKey"]: output["OutputValue"] for output in (found or {}).get("Outputs", [])}
