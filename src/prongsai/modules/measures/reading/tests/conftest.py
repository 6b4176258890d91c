import pytest

pytest.register_assert_rewrite("prongsai.modules.measures.reading.tests.agree")
