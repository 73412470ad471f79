"""Deploys synthesized templates into moto's CloudFormation, in this process: deploy_to_moto.py FOLDER...

Shows that references resolve, that resources can be made in an order that their dependencies allow, that an update to the
same template is accepted, and that tables, queues, roles, and mappings come out as declared. It prints what moto has no
model of, and what refers to that: those are left out."""

import importlib
import io
import json
import sys
import zipfile
from collections import Counter
from pathlib import Path

import boto3
from moto import mock_aws
from moto.backends import list_of_moto_modules
from moto.core.common_models import CloudFormationModel

REGION = "eu-central-1"


def modelled_types():
    for module in list_of_moto_modules():
        try:
            importlib.import_module(f"moto.{module}.models")
        except ImportError:
            pass  # wants a package of its own, for a service that no template here has
    return {model.cloudformation_type() for model in CloudFormationModel.__subclasses__()}


def references(value):
    """Logical ids that a value of a template names."""
    if isinstance(value, list):
        return set().union(*(references(item) for item in value))
    if not isinstance(value, dict):
        return set()
    names = set().union(*(references(item) for item in value.values()))
    if "Ref" in value:
        names.add(value["Ref"])
    if isinstance(value.get("Fn::GetAtt"), list):
        names.add(value["Fn::GetAtt"][0])
    return names


def with_text_for(names, value):
    """The same value, with a text in place of the attributes of these resources."""
    if isinstance(value, list):
        return [with_text_for(names, item) for item in value]
    if not isinstance(value, dict):
        return value
    attribute = value.get("Fn::GetAtt")
    if isinstance(attribute, list) and attribute[0] in names:
        return "random-password"
    return {key: with_text_for(names, item) for key, item in value.items()}


def with_what_moto_knows(template, known):
    """Leaves out what moto has no model of, and then what refers to that."""
    made = {name for name, resource in template["Resources"].items() if resource["Type"] == "Custom::AWS"}
    resources = with_text_for(made, template["Resources"])
    for resource in resources.values():
        properties = resource.get("Properties", {})
        # moto 5.2.5 knows the older of the two types of tables only, and fails on the tags of a key.
        if resource["Type"] == "AWS::DynamoDB::GlobalTable":
            resource["Type"] = "AWS::DynamoDB::Table"
            properties.pop("Replicas", None)
        if resource["Type"] == "AWS::KMS::Key":
            properties.pop("Tags", None)
    gone = {name for name, resource in resources.items() if resource["Type"] not in known}
    left_out = Counter(resources[name]["Type"] for name in gone)
    while gone:
        for name in gone:
            resources.pop(name)
        gone = {
            name
            for name, resource in resources.items()
            if not references(resource.get("Properties", {})) <= resources.keys() | PARAMETERS
        }
        left_out.update(f"{resources[name]['Type']} (refers to those)" for name in gone)
    for resource in resources.values():
        depends = resource.get("DependsOn", [])
        resource["DependsOn"] = [
            name for name in ([depends] if isinstance(depends, str) else depends) if name in resources
        ]
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, left_out


PARAMETERS = {f"AWS::{name}" for name in ("Region", "AccountId", "Partition", "URLSuffix", "StackName", "StackId")}


def put_assets(resources):
    """Each function finds some code where CDK would have put it."""
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.mjs", "export const handler = () => {};")
    for resource in resources.values():
        for part in ("Code", "Content"):
            code = resource.get("Properties", {}).get(part)
            if isinstance(code, dict) and "S3Key" in code:
                code["S3Bucket"] = "assets"
                s3.put_object(Bucket="assets", Key=code["S3Key"], Body=content.getvalue())


def check_what_was_made(resources, ids):
    """What moto says of the made resources, against the template."""
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    for name, resource in resources.items():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        table = dynamodb.describe_table(TableName=ids[name])["Table"]
        declared = {index["IndexName"] for index in resource["Properties"]["GlobalSecondaryIndexes"]}
        assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == declared, table
        assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES", table
    sqs = boto3.client("sqs", region_name=REGION)
    for name, resource in resources.items():
        if resource["Type"] != "AWS::SQS::Queue":
            continue
        attributes = sqs.get_queue_attributes(QueueUrl=ids[name], AttributeNames=["All"])["Attributes"]
        redrive = resource["Properties"].get("RedrivePolicy")
        assert (redrive is None) == ("RedrivePolicy" not in attributes), attributes
        if redrive is not None:
            assert str(json.loads(attributes["RedrivePolicy"])["maxReceiveCount"]) == str(redrive["maxReceiveCount"])
    mappings = boto3.client("lambda", region_name=REGION).list_event_source_mappings()["EventSourceMappings"]
    declared = [resource for resource in resources.values() if resource["Type"] == "AWS::Lambda::EventSourceMapping"]
    assert len(mappings) == len(declared), mappings


def deploy(folder, known):
    file = next(Path(folder).glob("*.template.json"))
    name = file.name.split(".")[0]
    with mock_aws(config={"lambda": {"use_docker": False}}):
        template, left_out = with_what_moto_knows(json.loads(file.read_text()), known)
        resources = template["Resources"]
        put_assets(resources)
        cloudformation = boto3.client("cloudformation", region_name=REGION)
        body = {"StackName": name, "TemplateBody": json.dumps(template), "Capabilities": ["CAPABILITY_IAM"]}
        cloudformation.create_stack(**body)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        made = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        }
        assert made.keys() == resources.keys(), resources.keys() - made.keys()
        check_what_was_made(resources, made)
        cloudformation.update_stack(**body)
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        assert status == "UPDATE_COMPLETE", status
        print(f"{name}: {len(made)} resources made, {sum(left_out.values())} left out")
        return left_out


known_types = modelled_types()
unmodelled = [deploy(folder, known_types) for folder in sys.argv[1:]]
print("Left out:")
for kind, count in sorted(unmodelled[-1].items()):
    print(f"  {count} {kind}")
