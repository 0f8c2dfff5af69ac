"""English letters to sounds: short words by heart, the rest by rule."""

from __future__ import annotations

import re

from .phones import SYLLABIC

_KNOWN = """
the DH AX|a AX|an AE N|and AE N D|of AX V|to T UW|is IH Z|was W AH Z|are AA R|were W ER|be B IY|been B IH N
have HH AE V|has HH AE Z|had HH AE D|do D UW|does D AH Z|did D IH D|done D AH N|don't D OW N T|I AY|i AY
my M AY|you YU|your Y AO R|he HH IY|she SH IY|we W IY|they DH EY|them DH EH M|their DH EH R|there DH EH R
this DH IH S|that DH AE T|these DH IY Z|those DH OW Z|what W AH T|who HH UW|whose HH UW Z|where W EH R
when W EH N|why W AY|how HH AW|one W AH N|two T UW|once W AH N S|some S AH M|come K AH M|none N AH N
love L AH V|give G IH V|live L IH V|said S EH D|says S EH Z|again AX G EH N|any EH N IY|many M EH N IY
people P IY P AX L|could K UH D|would W UH D|should SH UH D|put P UH T|push P UH SH|full F UH L|good G UH D
look L UH K|book B UH K|foot F UH T|wood W UH D|stood S T UH D|blood B L AH D|great G R EY T|break B R EY K
heart HH AA R T|head HH EH D|bread B R EH D|dead D EH D|read R IY D|ready R EH D IY|heavy HH EH V IY
weather W EH DH ER|water W AO T ER|father F AA DH ER|mother M AH DH ER|brother B R AH DH ER|other AH DH ER
another AX N AH DH ER|color K AH L ER|colour K AH L ER|money M AH N IY|month M AH N TH|front F R AH N T
young Y AH NG|country K AH N T R IY|enough IH N AH F|through TH R UW|though DH OW|thought TH AO T
laugh L AE F|eye AY|eyes AY Z|hour AW ER|our AW ER|only OW N L IY|over OW V ER|open OW P AX N|most M OW S T
both B OW TH|old OW L D|cold K OW L D|gold G OW L D|hold HH OW L D|told T OW L D|move M UW V|sure SH UH R
sugar SH UH G ER|woman W UH M AX N|women W IH M AX N|world W ER L D|word W ER D|work W ER K|worth W ER TH
door D AO R|floor F L AO R|four F AO R|friend F R EH N D|from F R AH M|very V EH R IY|every EH V R IY
even IY V AX N|never N EH V ER|ever EH V ER|image IH M IH JH|music M YU Z IH K|idea AY D IY AX
hello HH EH L OW|studio S T UW D IY OW|lighthouse L AY T HH AW S|busy B IH Z IY|business B IH Z N AX S
minute M IH N IH T|island AY L AX N D|beautiful B YU T IH F AX L|notebook N OW T B UH K|voice V OY S
machine M AX SH IY N|orange AO R IH N JH|seven S EH V AX N|eleven IH L EH V AX N|zero Z IH R OW|eight EY T
ocean OW SH AX N|special S P EH SH AX L|question K W EH S CH AX N|picture P IH K CH ER|night N AY T
also AO L S OW|always AO L W EY Z|almost AO L M OW S T|about AX B AW T|into IH N T UW|under AH N D ER
today T AX D EY|video V IH D IY OW|audio AO D IY OW|python P AY TH AA N|welcome W EH L K AX M|sound S AW N D
story S T AO R IY|as AE Z|his HH IH Z|us AH S|if IH F|or AO R|for F AO R|no N OW|go G OW|so S OW|me M IY
by B AY|too T UW|here HH IH R|want W AA N T|watch W AA CH|wash W AA SH|because B IH K AO Z
little L IH T AX L|please P L IY Z|create K R IY EY T|quiet K W AY AX T|hotel HH OW T EH L|river R IH V ER
city S IH T IY|robot R OW B AA T|photo F OW T OW|radio R EY D IY OW|real R IY L|poem P OW AX M
science S AY AX N S|climb K L AY M|sign S AY N|second S EH K AX N D|gone G AO N|shoe SH UW|lose L UW Z
soul S OW L|touch T AH CH|build B IH L D|own OW N|now N AW|allow AX L AW|grown G R OW N|guess G EH S
"""
KNOWN = {
    word: sounds.split()
    for word, sounds in (
        entry.split(" ", 1) for line in _KNOWN.strip().splitlines() for entry in line.split("|")
    )
}

# (letters with what must stand around them, sounds); the first that fits is taken. ^ and $ are a word's ends.
_RULES = """
tion$=SH AX N|tions$=SH AX N Z|ssion=SH AX N|sion$=ZH AX N|cious$=SH AX S|tious$=SH AX S|cial=SH AX L
tial=SH AX L|ture$=CH ER|tures$=CH ER Z|sure$=ZH ER|ously$=AX S L IY|ous$=AX S|able$=AX B AX L
ible$=IH B AX L|ment$=M AX N T|ness$=N AX S|less$=L AX S|ful$=F AX L|ight=AY T|igh=AY|eigh=EY|augh=AO
ough(?=t)=AO|ough=OW|(?<=[tsdpbgkfz])le$=AX L|(?<=[tsdpbgkfz])les$=AX L Z|(?<=[td])ed$=IH D
(?<=[pkfsxh])ed$=T|(?<=[a-z])ed$=D|(?<=[sxz])es$=IH Z|(?<=[sc]h)es$=IH Z|(?<=[gc])es$=IH Z
(?<=[aeiou][a-z])es$=Z|(?<=[a-z])ing$=IH NG|ings$=IH NG Z|^crea(?=t)=K R IY EY|sch=S K|tch=CH|chr=K R|ch=CH
ck=K|cc(?=[ei])=K S|c(?=[eiy])=S|cqu=K W|cc=K|c=K|ph=F|^ps=S|^pn=N|pp=P|p=P|qu=K W|q=K|^rh=R|rr=R|r=R
shr=SH R|sh=SH|ss=S|^sc(?=[eiy])=S|(?<=[aeiou])s(?=[aeiou])=Z|(?<=[aeiouybdgvlmnrw])s$=Z|s=S
^th(?=e|i|a|o)=TH|(?<=[aeiou])th(?=er)=DH|th=TH|tt=T|t=T|^wr=R|^won(?=d)=W AH N|^wh(?=o)=HH|wh=W|^wor=W ER
w=W|^x=Z|x=K S|^y=Y|zz=Z|z=Z|vv=V|v=V|bb=B|mb$=M|b=B|dge=JH|dg=JH|dd=D|d=D|ff=F|f=F|^gn=N|gn$=N|gg=G
^g(?=e[ft])=G|g(?=[eiy])=JH|gu(?=[aeiy])=G|gh=G|g=G|h(?=[aeiouy])=HH|h=|jj=JH|j=JH|^kn=N|kk=K|k=K|ll=L|l=L
mm=M|mn$=M|m=M|nn=N|ng$=NG|ng(?=[aeiour])=NG G|nk=NG K|n=N|(?<=[a-z]{3})age$=IH JH
(?<=[a-z]{3})ages$=IH JH IH Z|aigh=EY|air=EH R|ai=EY|ay=EY|au=AO|aw=AO|are$=EH R|arr=AE R|ar=AA R|alk=AO K
all=AO L|al(?=[mf])=AA|al(?=t)=AO L|a(?=[bcdfgklmnpstvz]e(?:s|d|ly|r|rs)?$)=EY|a(?=[bcdfgklmnpstvz]ing)=EY
a(?=st(?:e)$)=EY|a(?=[bcdfgklmnpstvz]i[oa])=EY|(?<=w)a(?=[nts])=AA|(?<=qu)a=AA
^a(?=[bcdfglmnprst][aeiou])=AX|a$=AX|a=AE|eer=IH R|ear(?=[nlt])=ER|ear=IH R|eau=OW|ea=IY|ee=IY
ei(?=[nlv])=IY|ei=AY|eu=YU|ew=YU|ey$=IY|ey=EY|ere$=IH R|err=EH R|er=ER|e(?=[bcdfgklmnpstvz]e$)=IY
^e(?=[lmnvx][aeiou])=IH|^re(?=[bcdfglmnpstv][aeiou])=R IH|^(?:e)$=IY|(?<=^[bhmws])e$=IY|e$=|e=EH|ier$=IY ER
ies$=IY Z|ied$=IY D|ie(?=[fvl])=IY|ie$=AY|ious$=IY AX S|ia=IY AX|io=IY OW|ire=AY ER|irr=IH R|ir=ER
ind$=AY N D|ign(?=$|e|s|m)=AY N|ild$=AY L D|i(?=[bcdfgklmnpstvz]e(?:s|d|r|rs|ly)?$)=AY
i(?=[bcdfklmnpstvz]ing$)=AY|^i(?=[t]e)=AY|i$=IY|i=IH|oar=AO R|oa=OW|oo=UW|oi=OY|oy=OY|ould=UH D|our=AO R
ous=AX S|ound=AW N D|ou=AW|(?<=kn|sh)own$=OW N|(?<=[hlnrs])ow$=OW|ow=AW|ore=AO R|orr=AO R|or$=ER|or=AO R
old=OW L D|olk=OW K|oe=OW|o(?=[bcdgklmnpstvz]e(?:s|d|r|rs|ly)?$)=OW|o(?=[bcdgklmnpstvz]ing$)=OW|o$=OW
ost$=OW S T|o(?=l[lt]$)=OW|o(?=n$)=AX|o=AA|uy=AY|ui=UW|ue$=UW|ure$=Y UH R|urr=ER|ur=ER
u(?=[bcdgklmnpstvz]e(?:s|d|r|rs|ly)?$)=UW|^u(?=n[aeiou])=YU|u(?=[bcdgklmnpst][aeio])=UW
(?<=[bpf])u(?=ll|sh)=UH|u$=UW|u=AH|y(?=[aeou])=Y|(?<=^[bcdfghklmnprstw])y$=AY
(?<=^[bcdfghklmnprstw][lhrk])y$=AY|y(?=[bcdgklmnpst]e$)=AY|y$=IY|y=IH
"""


def _rules() -> list[tuple[re.Pattern[str], list[str]]]:
    found, held = [], ""
    for part in _RULES.replace("\n", "|").strip("|").split("|"):
        # An alternative inside brackets holds the same mark that parts the rules.
        held = f"{held}|{part}" if held else part
        if held.count("(") == held.count(")"):
            letters, sounds = held.rsplit("=", 1)
            found.append((re.compile(letters), sounds.split()))
            held = ""
    return found


RULES = _rules()
LETTERS = dict(
    pair.split("=")
    for pair in [
        "a=EY",
        "b=B IY",
        "c=S IY",
        "d=D IY",
        "e=IY",
        "f=EH F",
        "g=JH IY",
        "h=EY CH",
        "i=AY",
        "j=JH EY",
        "k=K EY",
        "l=EH L",
        "m=EH M",
        "n=EH N",
        "o=OW",
        "p=P IY",
        "q=K YU",
        "r=AA R",
        "s=EH S",
        "t=T IY",
        "u=YU",
        "v=V IY",
        "w=D AH B AX L YU",
        "x=EH K S",
        "y=W AY",
        "z=Z IY",
    ]
)
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905 - easier to read so
SIGNS = {
    "%": "percent",
    "&": "and",
    "+": "plus",
    "=": "equals",
    "@": "at",
    "$": "dollars",
    "€": "euros",
    "°": "degrees",
}
SHORT = {
    "mr.": "mister",
    "mrs.": "missis",
    "dr.": "doctor",
    "st.": "saint",
    "vs.": "versus",
    "etc.": "et cetera",
}
LIGHT = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "of",
        "to",
        "is",
        "was",
        "are",
        "be",
        "for",
        "or",
        "in",
        "on",
        "at",
        "as",
        "it",
        "by",
        "with",
        "from",
        "but",
        "that",
    ]
)
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def number(value: int) -> str:
    """As it is said."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10] + (f" {ONES[value % 10]}" if value % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return f"{number(value // size)} {name}" + (f" {number(rest)}" if rest else "")
    raise AssertionError


def sounds(word: str) -> list[str]:
    """The sounds of one lower-case word, its stress marked."""
    if word in KNOWN:
        return _stressed(word, KNOWN[word])
    if word.endswith("'s"):
        return [*sounds(word[:-2]), "Z"]
    plain = word.replace("'", "")
    if not set(plain) & set("aeiouy"):
        return [part for letter in plain for part in LETTERS[letter].split()]
    if plain.endswith("s") and plain[:-1] in KNOWN:
        return [*_stressed(plain, KNOWN[plain[:-1]]), "S" if plain[-2] in "ptkf" else "Z"]
    found: list[str] = []
    place = 0
    while place < len(plain):
        for pattern, said in RULES:
            if (fits := pattern.match(plain, place)) and fits.end() > place:
                found += said
                place = fits.end()
                break
        else:
            place += 1
    return _stressed(plain, found)


def _stressed(word: str, found: list[str]) -> list[str]:
    """A mark before the vowel that is said loudest: the first, or the second after a light beginning."""
    vowels = [place for place, name in enumerate(found) if name in SYLLABIC]
    if word in LIGHT or not vowels:
        return found
    strong = [place for place in vowels if found[place] != "AX"] or vowels
    at = strong[0]
    if word.endswith(("tion", "tions", "sion", "cial", "tial", "ic")) and len(vowels) > 2:
        at = vowels[-2]
    return [*found[:at], "'", *found[at:]]
