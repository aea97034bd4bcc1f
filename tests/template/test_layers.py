"""What the layers of the stack must be."""

from tests.template.stack import Stack


def test_the_layer_of_postgres_is_for_the_processor_and_the_runtime_of_the_functions(stack: Stack) -> None:
    [layer] = stack.of_type("AWS::Lambda::LayerVersion").values()

    assert layer["CompatibleArchitectures"] == ["arm64"]
    assert layer["CompatibleRuntimes"] == ["python3.13"]


def test_stacks_do_not_share_a_layer(stack: Stack) -> None:
    [layer] = stack.of_type("AWS::Lambda::LayerVersion").values()

    assert layer["LayerName"] == {"Fn::Sub": "${AWS::StackName}-postgres"}
