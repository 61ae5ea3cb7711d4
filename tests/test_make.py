from articles.states import State
from tests import make


def test_a_published_article_is_made_by_the_doors_that_everyone_uses(db: None) -> None:
    article = make.article("校运动会开幕", tags=("运动会",))
    assert (article.state, article.version, list(article.tags.names())) == (State.PUBLISHED, 2, ["运动会"])
