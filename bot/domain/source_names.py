"""Sources as people call them."""

IMPORTED = "import"
"""What came from a file that names no source."""

SOURCES = {
    "arxiv": "arXiv",
    "biorxiv": "bioRxiv",
    "crossref": "Crossref",
    "huggingface": "Hugging Face",
    "medrxiv": "medRxiv",
    "openalex": "OpenAlex",
    "openreview": "OpenReview",
    "pubmed": "PubMed",
    "semanticscholar": "Semantic Scholar",
}


def source_name(source: str) -> str:
    return SOURCES.get(source, source)
