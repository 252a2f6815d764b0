"""Messages as the services make them: real titles and names, summaries in our own words."""

from bot.domain.links import arxiv_url, huggingface_url
from bot.domain.messages import (
    Actions,
    Bullets,
    Button,
    Heading,
    Message,
    Note,
    PaperCard,
    Paragraph,
    Table,
    code,
    link,
    muted,
    plain,
    strong,
)
from bot.domain.papers import PaperId

BUTTONS = (("Save", "save"), ("Abstract", "show"), ("Similar", "similar"), ("Not for us", "hide"))


def card(
    arxiv: str, title: str, byline: str, tldr: str, term: str, where: str, facts: tuple[str, ...]
) -> PaperCard:
    sources = (link("Hugging Face", huggingface_url(arxiv)), link("arXiv", arxiv_url(arxiv)))
    return PaperCard(
        paper_id=PaperId(f"arxiv:{arxiv}"),
        title=title,
        url=arxiv_url(arxiv),
        byline=byline,
        tldr=tldr,
        tldr_maker="Hugging Face",
        why=(plain("matched "), strong(term), plain(f" in the {where}")),
        facts=(*(plain(f) for f in facts), *sources),
        buttons=tuple(
            Button(label=label, verb=verb, argument=arxiv, primary=verb == "save")
            for label, verb in BUTTONS
        ),
    )


CARDS = (
    card(
        "2506.21539",
        "WorldVLA: Towards Autoregressive Action World Model",
        "Jun Cen, Chaohui Yu, Hangjie Yuan and 9 more · Alibaba DAMO Academy",
        "One autoregressive model both predicts the next frames and chooses the next action; the"
        " two tasks help each other, and a mask that hides earlier actions stops errors from"
        " piling up in long action chunks.",
        "world model",
        "title",
        ("▲ 11", "1 comment", "★ 27"),
    ),
    card(
        "2506.05284",
        "Video World Models with Long-term Spatial Memory",
        "Tong Wu, Shuai Yang, Ryan Po and 4 more",
        "A memory of the scene's geometry lets a video world model come back to a place it has"
        " left and draw it as it was.",
        "world model",
        "title and abstract",
        ("▲ 14", "1 comment"),
    ),
    card(
        "2505.14357",
        "Vid2World: Crafting Video Diffusion Models to Interactive World Models",
        "Siqiao Huang, Jialong Wu, Qixing Zhou, Shangchen Miao, Mingsheng Long",
        "Turns a trained video diffusion model into one that can be steered step by step: it is"
        " made causal, and each action guides the frame that follows.",
        "world model",
        "title",
        ("▲ 10", "1 comment"),
    ),
)

PARENT = Message(
    fallback="3 new papers in #world-models, Monday 13 July",
    blocks=(
        Heading(text="3 new papers for Monday, 13 July"),
        Note(
            spans=(plain("Of 412 papers announced since Friday, 9:00. Sources: "), code("hf arxiv"))
        ),
        Bullets(items=tuple((link(c.title, c.url),) for c in CARDS[:2])),
        Note(spans=(plain("And 1 more in the thread."),)),
    ),
)

THREAD = Message(fallback="WorldVLA and 2 more", blocks=CARDS)

EVERYTHING = Message(
    fallback="Every kind of block",
    blocks=(
        Heading(text="Subscribed #world-models"),
        Paragraph(
            spans=(
                plain("It reads "),
                code('"world model" -survey'),
                plain(" as "),
                strong("the phrase"),
                muted(" without surveys"),
                plain("; see "),
                link("arXiv", arxiv_url("2506.21539")),
                plain("."),
            )
        ),
        Bullets(items=((plain("first"),), (plain("second"),)), ordered=True),
        Table(
            head=("#", "Query", "Since", "A week"),
            rows=(
                ((plain("1"),), (code('"world model" -survey'),), (plain("3 May"),), (plain("9"),)),
                ((plain("2"),), (code("video diffusion"),), (plain("8 July"),), (plain("21"),)),
            ),
        ),
        PaperCard(paper_id=PaperId("title:0"), title="A title and nothing else"),
        CARDS[0],
        Note(spans=(plain("Undo: "), code("/papers unsubscribe 2"))),
        Actions(
            buttons=(
                Button(label="Show last 7 days", verb="preview", argument='"world model"'),
                Button(label="Help", verb="help", primary=True),
            )
        ),
    ),
)
