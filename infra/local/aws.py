"""Clients of the local AWS emulator."""

import boto3
from botocore.config import Config

REGION = "us-east-1"


class Clients:
    """The services that a deployment talks to."""

    def __init__(self, endpoint: str) -> None:
        session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
        config = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})
        self.s3 = session.client("s3", endpoint_url=endpoint, config=config)
        self.function = session.client("lambda", endpoint_url=endpoint, config=config)
        self.cloudformation = session.client("cloudformation", endpoint_url=endpoint, config=config)
