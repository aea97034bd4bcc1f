"""The whole stack on the local AWS, with the functions' own artifacts."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from caretaker.local.aws import LocalAws
from tests.e2e.watching import CA, CONFIGURATION, Product, Stack
from tests.servers import reply, serve


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    product = Product()
    with ExitStack() as servers:
        web = servers.enter_context(serve(product.answer))
        mail = servers.enter_context(serve(product.greet, reads=False))
        slack = servers.enter_context(serve(product.listen))
        heart = servers.enter_context(serve(reply()))
        secure = servers.enter_context(serve(product.present, reads=False))
        config = tmp_path_factory.mktemp("stack") / "caretaker.yaml"
        ports = {"web": web.port, "mail": mail.port, "secure": secure.port, "heart": heart.port}
        config.write_text(CONFIGURATION.format(**ports), "utf-8")
        config.with_name("ca.pem").write_text(CA.pem, "utf-8")
        made = Stack(servers.enter_context(LocalAws(config)), product, slack, heart)
        made.store_secrets()
        yield made
