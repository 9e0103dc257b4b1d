"""Texts that would break a careless document: marks of Markdown, line breaks, gaps, right-to-left, emoji."""

from hypothesis import strategies as st

from audit.guard import check_text

_MARKS = [*"\\`*_[]<>&|!-:@()#~. \n\t+/;,1aBzé", "‮", "‏", "​", "\xa0", "😀", "👩‍💻", "שלום", "مرحبا", "—", "✅"]
_PIECES = ["br", "<br>", "<br/>", "[TBD]", "@[TBD]", "[Name]", "none", "&amp;", "&#10;", "<!--", "```", "~~~", "---"]
_WORDS = ["Alex", "Kim", "DevOps team", " - ", "(@kim)", "- ", "# ", "1. ", "> ", "**", "](x)", "https://x.example"]


def is_acceptable(text: str) -> bool:
    return check_text(text) is None and "[refused]" not in text


lines = (
    st.lists(
        st.one_of(
            st.sampled_from(_MARKS),
            st.sampled_from(_PIECES + _WORDS),
            st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]),
        ),
        max_size=8,
    )
    .map("".join)
    .filter(is_acceptable)
)
texts = lines.filter(lambda text: text.strip() != "")
handles = lines.map(lambda text: "".join(text.replace("@", "").split())).filter(bool).filter(is_acceptable)
codes = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,5}", fullmatch=True)
