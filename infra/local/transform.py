"""From the SAM template to CloudFormation that the emulator understands.

The emulator has no `BuildMethod` and ignores the OpenAPI body into which SAM turns `HttpApi` events. So code
locations are filled in before the transform, and routes are spelled out after it. Other origins than the API's own,
which are in that body too, are left out.
"""

import hashlib
import re
from pathlib import Path, PurePosixPath

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.public.exceptions import InvalidResourceException
from samtranslator.translator.transform import transform as sam_transform
from samtranslator.yaml_helper import yaml_parse

FUNCTION = "AWS::Serverless::Function"
API = "AWS::ApiGatewayV2::Api"
SOURCE = "AWS::Lambda::EventSourceMapping"
# How many batches of a queue are handled at once here, where each is a program on one machine; those of the deliverer
# mostly wait.
CONCURRENCY = 5
PATIENT_SOURCES = ("WebhookDelivererSource",)
# The managed policies that SAM gives a function by itself. The emulator checks none; AWS looks them up.
MANAGED_POLICIES = {
    name: f"arn:aws:iam::aws:policy/service-role/{name}"
    for name in ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole", "AWSLambdaDynamoDBExecutionRole")
}
FUNCTION_IN_URI = re.compile(r"\$\{(\w+)\.Arn\}")


class TemplateInvalid(Exception):
    """The template cannot be deployed, and why."""


class NoAccount:
    """Stands in for the loader of managed policies, which would ask a real account."""

    def load(self) -> dict[str, str]:
        """The policies that the template may name."""
        return MANAGED_POLICIES


def read(path: Path) -> dict:
    """The template, with its intrinsic functions in their long form."""
    return yaml_parse(path.read_text(encoding="utf-8"))


def functions_by_directory(template: dict) -> dict[str, str]:
    """Logical ids of the functions, by the last part of their `CodeUri`."""
    return {
        PurePosixPath(resource["Properties"]["CodeUri"]).name: logical_id
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }


def set_code_locations(template: dict, locations: dict[str, dict[str, str]]) -> None:
    """Points each function at its uploaded package."""
    for logical_id, location in locations.items():
        template["Resources"][logical_id]["Properties"]["CodeUri"] = location


def to_cloudformation(template: dict) -> dict:
    """Applies the SAM transform, then replaces the bodies of APIs by integrations and routes."""
    try:
        result = sam_transform(template, {}, NoAccount())
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise TemplateInvalid(f"template.yaml: {causes}") from error
    except InvalidResourceException as error:
        raise TemplateInvalid(f"template.yaml: {error}") from error
    resources = result["Resources"]
    for logical_id in [name for name, resource in resources.items() if resource["Type"] == API]:
        resources.update(explicit_routes(logical_id, resources[logical_id]))
    for logical_id, resource in resources.items():
        if resource["Type"] == SOURCE and logical_id not in PATIENT_SOURCES:
            limit_concurrency(resource["Properties"])
    return result


def limit_concurrency(source: dict) -> None:
    """Keeps the concurrency of a queue's source to what one machine can do."""
    scaling = source.get("ScalingConfig")
    if scaling:
        scaling["MaximumConcurrency"] = min(scaling["MaximumConcurrency"], CONCURRENCY)


def explicit_routes(api_id: str, api: dict) -> dict[str, dict]:
    """Takes the OpenAPI body out of an API and returns the resources that say the same."""
    properties = api["Properties"]
    body = properties.pop("Body")
    properties["Name"] = api_id
    properties["ProtocolType"] = "HTTP"
    made = {}
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            function = integrated_function(operation)
            integration_id = f"{api_id}{function}Integration"
            made[integration_id] = integration(api_id, function)
            key = route_key(path, method)
            made[f"{api_id}Route{hashlib.sha256(key.encode()).hexdigest()[:12]}"] = {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {
                    "ApiId": {"Ref": api_id},
                    "RouteKey": key,
                    "Target": {"Fn::Join": ["/", ["integrations", {"Ref": integration_id}]]},
                },
            }
    return made


def integrated_function(operation: dict) -> str:
    """Logical id of the function that an operation of the body calls."""
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    found = FUNCTION_IN_URI.search(uri)
    if not found:
        raise TemplateInvalid(f"no function in the integration {uri!r}")
    return found.group(1)


def integration(api_id: str, function: str) -> dict:
    """The integration of an API with a function."""
    return {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api_id},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": {"Fn::GetAtt": [function, "Arn"]},
            "PayloadFormatVersion": "2.0",
        },
    }


def route_key(path: str, method: str) -> str:
    """The key under which API Gateway knows a path and method of the body."""
    if path == "$default":
        return path
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    return f"{verb} {path}"
