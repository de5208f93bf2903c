"""A call of a JSON API as it is now: Debian's aws CLI and boto3 leave out what is newer than themselves."""
import json
import urllib.error
import urllib.request


def ecs(endpoint, region, access_key, secret_key, operation, document):
    return call(endpoint, region, access_key, secret_key, "ecs", f"AmazonEC2ContainerServiceV20141113.{operation}", document)


def ssm(endpoint, region, access_key, secret_key, operation, document):
    return call(endpoint, region, access_key, secret_key, "ssm", f"AmazonSSM.{operation}", document)


def call(endpoint, region, access_key, secret_key, service, target, document):
    """The answer; an error as (its type, its message)."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    request = AWSRequest("POST", endpoint + "/", data=json.dumps(document).encode(), headers={
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": target})
    SigV4Auth(Credentials(access_key, secret_key), service, region).add_auth(request)
    sent = urllib.request.Request(request.url, data=request.data, headers=dict(request.headers))
    try:
        with urllib.request.urlopen(sent, timeout=30) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        error = json.loads(refused.read())
        raise RuntimeError(f"{error['__type']}: {error['message']}") from None
