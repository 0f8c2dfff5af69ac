"""Texts: what every text generator must do, whatever its structure."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations, product
from statistics import mean
from typing import Any

import pytest

from generor_nb.studio.catalogue import load
from generor_nb.studio.engines import EngineError, run
from generor_nb.studio.engines.words import english, grammar, korean, topic
from generor_nb.studio.engines.words.grammar import Pools, data, fill, sentences

pytestmark = pytest.mark.slow

TEXTS = sorted(g.slug for g in load().generators.values() if g.engine == "words")
OLD = ["horoscope", "joke", "poem", "recipe"]
KOREAN = [slug for slug in TEXTS if "ko" in data(slug)]
LENGTHS = [slug for slug in TEXTS if load().generators[slug].parameter(f"{slug}-length")]
TONES = [
    (slug, parameter.id, [option.value for option in parameter.options])
    for slug in TEXTS
    for parameter in load().generators[slug].parameters
    if parameter.id.removeprefix(f"{slug}-") in ("tone", "genre", "mood", "style", "diet") and slug not in OLD
]
PROMPTS = [
    "a wireless desk lamp",
    "volcanoes",
    "the Roman Empire for kids",
    "moving to a new city",
    "",
    "!!!",
    "a // <b>b</b> {topic} ¶ (x|y)",
    "a " * 500,
]


def write(slug: str, prompt: str = "a wireless desk lamp", /, **changes: Any) -> dict[str, Any]:
    """One text, with the generator's defaults unless changed."""
    parameters = load().generators[slug].defaults() | changes.pop("parameters", {})
    fields = {name: changes.pop(name) for name in list(changes) if name not in ("seed", "index", "count")}
    job = {"engine": "words", "generator": slug, "prompt": prompt, "seed": 5, "index": 0, "count": 1}
    return run({**job, **changes, "parameters": parameters, "fields": fields})


def said(text: str) -> list[str]:
    """The full sentences of a text, without the number or time before them."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    rows = (re.sub(r"^(?:\[[^\]]*\] ?|[-#>\d./() ]+)+", "", row) for row in text.splitlines())
    found = (one.strip(' “”"').lower() for row in rows for one in re.findall(r"[^.!?]+[.!?]", row))
    return [one for one in found if len(one.split()) > 3]


def bag(text: str) -> set[str]:
    return set(re.findall(r"[\w']+", text.lower()))


def apart(one: str, other: str) -> float:
    """Jaccard distance of two texts as sets of words."""
    a, b = bag(one), bag(other)
    return 1 - len(a & b) / len(a | b)


# --- every generator


def test_there_are_enough_of_them() -> None:
    assert len(TEXTS) >= 58
    assert len(KOREAN) >= 15
    assert len({data(slug)["structure"] for slug in TEXTS}) >= 12


@pytest.mark.parametrize("slug", TEXTS)
def test_a_text_is_clean(slug: str) -> None:
    for prompt, seed in product(PROMPTS, range(2)):
        made = write(slug, prompt, seed=seed)
        text = re.sub(r"```.*?```", "", made["text"], flags=re.DOTALL)
        everything = text + json.dumps(made["fields"], ensure_ascii=False).replace('": {"', "")
        assert not re.search(
            r"  |\bNone\b| [,;]|\bthe (?:the|a|an)\b|\ban? (?:a|an|the)\b|¶|//|⟨|\(\w+\|", text
        )
        assert not re.search(r"\{\w*\}|<\w+>|&\w+;", everything)
        assert not re.search(
            r"\b[Aa] [aeio][a-z]{2,}|\b[Aa]n [bcdfgjklmnpqrstvwxz][a-z]+",
            re.sub(r"\b[Aa] (?:one|once|use|uni)", "", text),
        )
        assert text == text.strip()
        assert made["facts"]["engine"] == "words"


@pytest.mark.parametrize("slug", [slug for slug in TEXTS if slug != "poem"])
def test_sentences_begin_with_a_capital(slug: str) -> None:
    for seed in range(3):
        text = re.sub(r"```.*?```|`[^`]*`", "X", write(slug, seed=seed)["text"], flags=re.DOTALL)
        assert text[0].isupper() or not text[0].isalpha() or slug in ("commit-message", "readme")
        if slug not in ("commit-message", "readme", "api-doc", "seo-meta"):
            assert not re.search(r"(?<![…\d])(?<!\b[apAP])[.!?] [a-z]", text.replace("…", ","))


@pytest.mark.parametrize("slug", [slug for slug in TEXTS if slug != "recipe"])
def test_a_text_is_about_its_prompt(slug: str) -> None:
    for word in ("accordions", "Reykjavik", "gumboots"):
        assert word.lower() in json.dumps(write(slug, f"a text about {word}")).lower()


@pytest.mark.parametrize("slug", TEXTS)
def test_a_text_repeats_with_its_seed_and_varies_without(slug: str) -> None:
    texts = [write(slug, seed=seed)["text"] for seed in range(6)]
    assert write(slug, seed=3)["text"] == texts[3]
    assert len(set(texts)) >= (1 if slug == "summary" else 4)


@pytest.mark.parametrize("slug", TEXTS)
def test_a_generator_has_fields_of_its_own(slug: str) -> None:
    fields = write(slug)["fields"]
    assert fields
    assert all(value or value == 0 for name, value in fields.items() if slug != "summary")
    json.dumps(fields)


@pytest.mark.parametrize("slug", LENGTHS)
def test_length_is_obeyed(slug: str) -> None:
    source = " ".join(f"Sentence number {n} speaks of lamps and of light." for n in range(9))

    def words(size: str) -> float:
        chosen = {f"{slug}-length": size}
        return mean(
            len(write(slug, seed=s, parameters=chosen, user_text=source)["text"].split()) for s in range(4)
        )

    short, medium, long = map(words, ("short", "medium", "long"))
    assert short * 1.1 < medium * 1.05 < long


@pytest.mark.parametrize(("slug", "name", "values"), TONES)
def test_tone_changes_the_words(slug: str, name: str, values: list[str]) -> None:
    texts = [write(slug, parameters={name: value})["text"] for value in values]
    assert min(apart(a, b) for a, b in combinations(texts, 2)) > 0.25
    assert apart(write(slug, parameters={name: values[0]}, preference=values[-1])["text"], texts[0]) > 0.25


@pytest.mark.parametrize("slug", TEXTS)
def test_a_batch_says_nothing_twice(slug: str) -> None:
    batch = [
        write(slug, "gumboots", seed=90 + i, index=i, count=4, avoid_duplicates=True)["text"]
        for i in range(4)
    ]
    counts = Counter(sentence for text in batch for sentence in set(said(text)))
    assert [sentence for sentence, times in counts.items() if times > 1] == []


@pytest.mark.parametrize(
    "slug",
    ["api-doc", "changelog", "dungeon-room", "lyrics", "quiz", "radio-spot", "recipe", "thread"],
)
def test_a_batch_of_ten_says_no_sentence_twice(slug: str) -> None:
    made: list[str] = []
    for i in range(10):
        text = write(slug, "a ferry", seed=70 + i, index=i, count=10, avoid_duplicates=True, siblings=made)
        made.append(text["text"])
    times = Counter(part for text in made for part in set(sentences(text)))
    assert [part for part, count in times.items() if count > 1] == []


def test_a_batch_that_would_repeat_itself_is_refused() -> None:
    made = [write("horoscope", "work", seed=i)["text"] for i in range(40)]
    with pytest.raises(EngineError, match="ask for fewer"):
        write("horoscope", "work", seed=99, avoid_duplicates=True, siblings=made)


@pytest.mark.parametrize("slug", [slug for slug in TEXTS if slug not in ("summary", *OLD)])
def test_what_has_been_said_is_avoided(slug: str) -> None:
    before = [write(slug, "gumboots", seed=seed)["text"] for seed in range(3)]
    again = write(slug, "gumboots", seed=0, avoid_duplicates=True, avoid=before)["text"]
    assert not {one for text in before for one in said(text)} & set(said(again))


@pytest.mark.parametrize("slug", [slug for slug in TEXTS if slug not in ("summary", *OLD)])
def test_a_cold_writer_repeats_itself_and_a_warm_one_does_not(slug: str) -> None:
    def different(temperature: float) -> int:
        return len({write(slug, seed=seed, temperature=temperature)["text"] for seed in range(5)})

    assert different(0) == 1 < different(0.4) <= different(1.0)


# --- what makes generators differ


def test_generators_prompts_and_seeds_are_far_apart() -> None:
    one = {slug: write(slug)["text"] for slug in TEXTS}
    neighbours = [
        apart(one[slug], one[other])
        for slug in TEXTS
        for other in load().generators[slug].similar
        if other in one
    ]
    prompts = [apart(one[slug], write(slug, "a small bakery in winter")["text"]) for slug in TEXTS]
    seeds = [apart(one[slug], write(slug, seed=6)["text"]) for slug in TEXTS]
    assert mean(neighbours) > 0.8
    assert mean(prompts) > 0.55
    assert mean(seeds) > 0.4


def test_no_two_generators_share_a_sentence() -> None:
    owners: dict[str, set[str]] = {}
    for slug in TEXTS:
        for seed in range(4):
            for sentence in said(write(slug, "gumboots", seed=seed)["text"]):
                owners.setdefault(sentence, set()).add(slug)
    known = {fact[0].lower() for entry in data("knowledge").values() for fact in entry["facts"]}
    assert {sentence: who for sentence, who in owners.items() if len(who) > 1 and sentence not in known} == {}


# --- languages


@pytest.mark.parametrize("slug", KOREAN)
def test_korean_is_written_in_korean(slug: str) -> None:
    for prompt, subject in (
        ("제주도 여행", "제주도"),
        ("커피", "커피"),
        ("봄날", "봄날"),
        ("a solar backpack", "solar backpack"),
    ):
        made = write(slug, prompt, language="Korean" if slug == "poem" else "ko-KR")
        text = made["text"]
        assert korean.is_korean(text) or prompt.isascii()
        assert subject.replace(" ", "").lower() in text.replace(" ", "").lower()
        assert not re.search(r"\[(?:은|이|을|과|으로|이라|이었)\]|  |[{}¶]| the ", text)
        assert made["facts"]["language"] == "ko"
    assert not re.search(
        r"커피(?:은|이 |을|과|으로)|봄날(?:는|가 |를|와)",
        text + write(slug, "커피")["text"] + write(slug, "봄날")["text"],
    )


@pytest.mark.parametrize("slug", TEXTS)
def test_another_language_is_refused_in_one_line(slug: str) -> None:
    for language in ("nb-NO", "ja"):
        with pytest.raises(EngineError, match="English") as caught:
            write(slug, language=language)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("marked", "right"),
    [
        ("커피[은] 좋다", "커피는 좋다"),
        ("봄[은] 좋다", "봄은 좋다"),
        ("서울[으로] 간다", "서울로 간다"),
        ("집[으로] 간다", "집으로 간다"),
        ("바다[이] 보인다", "바다가 보인다"),
        ("책[과] 사과[과]", "책과 사과와"),
        ("한결[이었]다, 미나[이었]다", "한결이었다, 미나였다"),
    ],
)
def test_particles_follow_the_sound(marked: str, right: str) -> None:
    assert korean.particles(marked) == right


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("제주도 여행에 대한 시를 써 주세요", "제주도 여행"),
        ("커피에 관한 농담 하나 해줘", "커피"),
        ("우리 집 고양이 이름 지어 줘", "우리 집 고양이"),
        ("무선 조명 상품 설명", "무선 조명"),
    ],
)
def test_a_korean_prompt_is_understood(prompt: str, subject: str) -> None:
    assert korean.topic_of(prompt) == subject


# --- prompts


@pytest.mark.parametrize(
    ("prompt", "it", "the", "verb"),
    [
        ("a wireless desk lamp", "a wireless desk lamp", "the wireless desk lamp", "is"),
        (
            "Write a short product description for a solar-powered backpack",
            "a solar-powered backpack",
            "the solar-powered backpack",
            "is",
        ),
        ("5 questions about volcanoes", "volcanoes", "volcanoes", "are"),
        ("coffee", "coffee", "coffee", "is"),
        ("How does photosynthesis work?", "photosynthesis", "photosynthesis", "is"),
        ("An honest mechanic", "an honest mechanic", "the honest mechanic", "is"),
        ("my old bicycle", "my old bicycle", "my old bicycle", "is"),
        ("three days in Lisbon with kids", "Lisbon", "Lisbon", "is"),
        ("quiz on the Roman Empire for kids", "the Roman Empire", "the Roman Empire", "is"),
        (
            "a letter to my grandmother about the old apple tree",
            "the old apple tree",
            "the old apple tree",
            "is",
        ),
        ("<b>cats</b> & {dogs}", "cats & dogs", "cats & dogs", "are"),
    ],
)
def test_a_subject_gets_its_article_and_verb(prompt: str, it: str, the: str, verb: str) -> None:
    slots = topic.read(prompt).slots()
    assert (slots["it"], slots["the"], slots["is"]) == (it, the, verb)


@pytest.mark.parametrize(
    ("noun", "right"),
    [
        ("orange kite", "an orange kite"),
        ("unicorn", "a unicorn"),
        ("uninvited guest", "an uninvited guest"),
        ("hour", "an hour"),
        ("SQL query", "an SQL query"),
        ("European city", "a European city"),
        ("11-year-old", "an 11-year-old"),
    ],
)
def test_an_article_follows_the_sound(noun: str, right: str) -> None:
    assert english.with_article(noun) == right


def test_a_prompt_says_who_where_and_how_many() -> None:
    read = topic.read("a 3-day trip to Kyoto for 4 people who love gardens")
    assert (read.place, read.people, read.days, read.numbers) == ("Kyoto", 4, 3, ())
    assert topic.read("a quiz about space for kids").audience == "kids"
    assert topic.read("a dragon who is afraid of the dark").detail == "who is afraid of the dark"


def test_a_number_in_the_prompt_or_the_parameter_counts() -> None:
    assert len(write("quiz", "4 questions about volcanoes")["fields"]["questions"]) == 4
    assert (
        len(
            write("quiz", "4 questions about volcanoes", parameters={"quiz-questions": "6"})["fields"][
                "questions"
            ]
        )
        == 6
    )
    assert len(write("travel-plan", "5 days in Lisbon")["fields"]["days"]) == 5


# --- structures


def test_a_quiz_knows_its_facts_and_claims_no_others() -> None:
    known = write("quiz", "volcanoes")["fields"]["questions"]
    assert all(one["answer"] in one["options"] and len(one["options"]) == 4 for one in known)
    assert not any("options" in one for one in write("quiz", "gumboots")["fields"]["questions"])


def test_the_knowledge_is_whole() -> None:
    for entry in data("knowledge").values():
        for question, *answers in entry["facts"]:
            assert question.endswith("?")
            assert len(set(answers)) == 4
        assert len({term for term, _ in entry["terms"]}) == len(entry["terms"]) >= 5


def test_a_story_part_takes_its_place_in_the_whole() -> None:
    texts = [write("story-part", item_index=place, total_count=4)["text"] for place in range(4)]
    assert min(apart(a, b) for a, b in combinations(texts, 2)) > 0.5
    assert write("story-part", mode="ending")["text"] == texts[3]


def test_a_story_goes_on_with_who_was_in_it() -> None:
    before = "At dusk the keeper Ottilie climbed the stairs. Nobody but Ottilie knew why."
    assert write("story-part", story_context=before)["fields"]["characters"][0] == "Ottilie"


@pytest.mark.parametrize("slug", ["story", "story-part", "storyboard"])
def test_a_named_character_appears(slug: str) -> None:
    made = write(slug, character_name="Wilhelmina")
    assert "Wilhelmina" in made["text"]
    assert made["fields"]["characters"][0] == "Wilhelmina"


def test_a_storyboard_numbers_its_shots() -> None:
    made = write("storyboard", parameters={"storyboard-shots": "8"})
    assert [scene["shot"] for scene in made["fields"]["scenes"]] == list(range(1, 9))


def test_a_letter_goes_to_whom_it_is_for() -> None:
    assert "Grandmother" in write("letter", "a letter to my grandmother about the garden")["text"]
    assert (
        write("birthday-wish", "Birthday wish for Mina, who loves climbing")["fields"]["recipient"] == "Mina"
    )
    assert "할머니" in write("letter", "할머니께 감사 편지")["text"]


def test_a_summary_keeps_sentences_of_its_source() -> None:
    source = (
        "The dam holds back the river. Farmers need the river in summer. The dam is old. Birds nest there."
    )
    made = write("summary", "", user_text=source)
    assert made["fields"]["key_points"]
    assert all(point in source for point in made["fields"]["key_points"])
    assert {"dam", "river"} <= set(made["fields"]["keywords"])


def test_lyrics_repeat_the_chorus_and_nothing_else() -> None:
    made = write("lyrics")["fields"]
    verses = [line for verse in made["verses"] for line in verse]
    assert len(set(verses)) == len(verses) >= 8


def test_scripts_fill_their_time() -> None:
    made = write("radio-spot", parameters={"radio-spot-seconds": "45"})
    cues = [cue["at"] for cue in made["fields"]["cues"]]
    assert cues == sorted(cues)
    assert cues[-1] < made["fields"]["seconds"] == 45
    assert "[0:45]" in made["text"]


def test_lesson_phases_add_up() -> None:
    phases = write("lesson-plan", parameters={"lesson-plan-minutes": "70"})["fields"]["phases"]
    assert sum(phase["minutes"] for phase in phases) == 70


@pytest.mark.parametrize(("platform", "limit"), [("x", 280), ("tiktok", 150), ("mastodon", 500)])
def test_posts_fit_their_platform(platform: str, limit: int) -> None:
    for seed in range(6):
        text = write("post", seed=seed, parameters={"post-platform": platform, "post-length": "long"})["text"]
        assert len(text) <= limit


def test_tables_are_tables() -> None:
    for slug in (slug for slug in TEXTS if data(slug)["structure"] == "table"):
        rows = [row for row in write(slug)["text"].splitlines() if row.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1
        assert len(rows) >= 4


# --- what the prompt says counts


def listed(prompt: str, seed: int, **changes: Any) -> str:
    """Everything a recipe names, its steps with it."""
    return write("recipe", prompt, seed=seed, **changes)["text"].lower()


@pytest.mark.parametrize(
    ("prompt", "never"),
    [
        ("chicken curry without onion", "onion"),
        ("a salad with no tomatoes", "tomato"),
        ("egg-free breakfast", r"\begg"),
        ("pasta without garlic", "garlic"),
        ("a soup, hold the onions and garlic", "onion|garlic"),
        ("dinner, my son is allergic to nuts and fish", "almond|walnut|coconut|salmon|prawn"),
        (
            "dairy-free lasagna",
            r"butter|(?<!oat |nut )milk|(?<!oat )cream|(?<!vegan )cheese|parmesan|halloumi",
        ),
        ("gluten- and egg-free pasta", r"(?<!-free )\b(?:pasta|bread|flour)\b|soy sauce|\beggs?\b"),
        ("vegan chocolate cake for six", r"\beggs?\b|butter|(?<!oat )milk"),
        ("curry, not spicy", "chilli|paprika"),
        ("a stew free of salt", r"\bsalt"),
        ("a soup with no bread", "bread"),
    ],
)
def test_what_is_to_be_left_out_is_left_out(prompt: str, never: str) -> None:
    found = [hit[0] for seed in range(25) if (hit := re.search(never, listed(prompt, seed)))]
    assert found == []


def test_what_is_wanted_beside_an_exclusion_stays() -> None:
    assert "chicken" in listed("chicken curry without onion", 1)
    assert "mushrooms" in listed("pasta without garlic but with mushrooms", 1)


@pytest.mark.parametrize(
    ("prompt", "people"),
    [("chicken curry for six people", 6), ("dinner for four", 4), ("pumpkin soup for 3", 3), ("pasta", 2)],
)
def test_a_recipe_serves_whom_the_prompt_says(prompt: str, people: int) -> None:
    made = write("recipe", prompt)
    assert made["fields"]["servings"] == people
    assert f"Serves {people} " in made["text"]
    assert write("recipe", prompt, parameters={"recipe-servings": "1"})["fields"]["servings"] == 1


def test_a_named_dish_is_that_dish() -> None:
    cake = write("recipe", "chocolate cake")["fields"]
    assert "chocolate cake" in cake["dish_name"].lower()
    assert {"flour", "sugar", "cocoa powder"} <= {line.split(" ", 1)[1] for line in cake["ingredients"]}
    assert "lasagne sheets" in listed("lasagna", 1)
    assert "variation" in write("recipe", "beef wellington")["text"]
    assert "variation" not in write("recipe", "quick dinner with mushrooms")["text"]


def test_amounts_have_the_plural_they_need() -> None:
    from generor_nb.studio.engines.words.structures.recipe import scaled

    assert scaled("1 red chilli", 3) == "3 red chillies"
    assert scaled("2 cloves of garlic", 0.5) == "1 clove of garlic"
    assert scaled("100ml cream", 3) == "300ml cream"


def test_the_prompt_wins_over_a_parameter_that_was_not_chosen() -> None:
    assert len(write("poem", "a haiku about rain")["text"].splitlines()) == 3
    assert (
        write("poem", "a haiku about rain", parameters={"poem-form": "limerick"})["fields"]["form"]
        == "limerick"
    )
    leo = write("horoscope", "a weekly horoscope for Leo")["facts"]
    assert (leo["sign"], leo["timeframe"]) == ("leo", "weekly")
    assert write("joke", "a knock-knock joke about dogs")["text"].startswith("Knock, knock.")
    assert write("lesson-plan", "a 30 minute lesson on fractions")["fields"]["phases"][-1][
        "title"
    ].startswith("27–30")
    assert write("radio-spot", "a 20-second spot for a bakery")["fields"]["seconds"] == 20


def test_a_korean_horoscope_knows_its_sign_and_span() -> None:
    made = write("horoscope", "사자자리 이번 주 연애 운세")
    assert made["facts"].items() >= {"sign": "leo", "timeframe": "weekly", "focus": "love"}.items()
    assert "사자자리" in made["text"]
    assert "이번 주" in made["text"]


def test_a_parameter_that_was_sent_wins_even_at_its_default() -> None:
    job = {"engine": "words", "generator": "poem", "prompt": "a haiku about rain", "seed": 1}
    sent = {"parameters": {"poem-form": "free"}, "applied": {"poem-form": "free"}}
    assert run({**job, **sent})["fields"]["form"] == "free"


@pytest.mark.parametrize("prompt", ["7 days, high protein", "a week of quick dinners", "seven days of soup"])
def test_a_meal_plan_has_the_days_asked_for(prompt: str) -> None:
    assert len(write("meal-plan", prompt)["fields"]["days"]) == 7


@pytest.mark.parametrize(
    ("prompt", "the"),
    [
        ("a cat with three legs", "the cat with three legs"),
        ("checkout with Apple Pay", "the checkout with Apple Pay"),
        ("a toast for John's new job", "John's new job"),
        ("how to tie a tie", "how to tie a tie"),
        ("why is the sky blue", "why the sky is blue"),
        ("Why did the Roman Empire fall?", "why the Roman Empire fell"),
        ("explain how planes fly", "how planes fly"),
        ("7 days, high protein", "high protein"),
        ("a quiz about volcanoes for 10-year-olds", "volcanoes"),
        ("a worksheet on fractions for my class", "fractions"),
        ("Italian restaurant in Rome", "the Italian restaurant in Rome"),
        ("Tom and Jerry", "Tom and Jerry"),
        ("a birthday speech for my son's 7th birthday", "my son's 7th birthday"),
    ],
)
def test_a_subject_is_not_mangled(prompt: str, the: str) -> None:
    assert topic.read(prompt).slots()["the"] == the


def test_an_audience_is_heard() -> None:
    assert topic.read("a quiz about volcanoes for 10-year-olds").audience == "10-year-olds"
    assert topic.read("a worksheet on fractions for my class").audience == "my class"
    assert topic.read("a poem about a cat with three legs").numbers == ()


def test_a_korean_trip_is_its_place_and_its_days() -> None:
    made = write("travel-plan", "부산 2박 3일 여행")
    assert made["facts"]["topic"] == "부산"
    assert len(made["fields"]["days"]) == 3
    assert "2박" not in made["text"]


@pytest.mark.parametrize("seed", range(6))
def test_a_birthday_wish_speaks_to_the_person(seed: int) -> None:
    text = write("birthday-wish", "happy birthday to my sister", seed=seed)["text"]
    assert "Sister" in text
    assert "my sister" not in text
    assert "friend" not in text
    assert "climbing" in write("birthday-wish", "my sister turning 30, she loves climbing", seed=seed)["text"]
    assert "엄마" in write("birthday-wish", "엄마의 환갑", seed=seed)["text"]
    assert "친구" not in write("birthday-wish", "엄마의 환갑", seed=seed)["text"]


@pytest.mark.parametrize(
    ("prompt", "tone"),
    [
        ("a complaint to the landlord about the broken heating", "formal"),
        ("a letter asking for a refund for a broken toaster", "formal"),
        ("a letter to say sorry to my aunt", "apologetic"),
        ("a letter to my aunt about the garden", "warm"),
    ],
)
def test_a_letter_has_the_tone_of_its_matter(prompt: str, tone: str) -> None:
    assert write("letter", prompt)["facts"]["tone"] == tone


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("fix crash when saving a file", "fix: crash when saving a file"),
        ("add dark mode toggle", "feat: add dark mode toggle"),
        ("update dependencies to latest", "chore: update dependencies to latest"),
    ],
)
def test_a_commit_message_takes_its_type_from_the_verb(prompt: str, subject: str) -> None:
    assert write("commit-message", prompt)["fields"]["subject"] == subject


def test_a_bug_report_says_what_is_wrong() -> None:
    text = write("bug-report", "the login button does nothing on Safari")["text"]
    assert text.startswith("Bug: the login button does nothing on Safari\n")
    assert "saved state" not in text


@pytest.mark.parametrize("seed", range(8))
def test_no_name_comes_twice(seed: int) -> None:
    tone = {"naming-tone": ("invented", "descriptive", "playful")[seed % 3]}
    names = [
        one.split(":")[0]
        for one in write("naming", "a bakery, 12 names", seed=seed, parameters=tone)["fields"]["names"]
    ]
    assert len(names) == len(set(names)) >= 10


def test_one_is_no_plural() -> None:
    for slug in TEXTS:
        text = json.dumps({name: part for name, part in data(slug).items() if name != "ko"})
        for options, noun in re.findall(
            r"\(([^()]*\|[^()]*)\) (times|minutes|days|weeks|hours|seconds)\b", text
        ):
            assert not {"1", "one", "a"} & set(options.split("|")), f"{slug}: ({options}) {noun}"


def test_a_refusal_is_short_however_long_the_language() -> None:
    with pytest.raises(EngineError) as caught:
        write("poem", language="x" * 20_000)
    assert len(str(caught.value)) < 200


# --- the grammar


def test_a_line_has_as_many_variants_as_it_says() -> None:
    lists = {"line": ["(a|b <colour>) or {Name}, (x|y)"], "colour": ["red", "(dark|light) blue"]}
    (line,) = Pools(lists).lines("line")
    wordings = {line.variant(number) for number in range(line.size)}
    assert len(wordings) == line.size == (1 + 3) * 2
    assert fill("Dear {Name}", {"name": "mina"}) == "Dear Mina"


def test_variants_of_several_sentences_share_none() -> None:
    said_together = grammar.saying(
        "One (red|green|blue) house stands here. Nobody (knows|says) who lives in it.", lambda _: ()
    )
    wordings = [
        said_together.variant(number, lambda _: 0).split(". ") for number in range(said_together.size)
    ]
    assert said_together.size == 2
    assert not set(wordings[0]) & set(wordings[1])


def test_every_list_of_a_layout_exists() -> None:
    for slug in TEXTS:
        for language in ("en", "ko"):
            book = data(slug).get(language, {})
            for block in book.get("layout", ()):
                assert book[block.split(":")[1]]


def test_alternatives_fit_the_article_before_them() -> None:
    for slug in TEXTS:
        text = json.dumps({name: part for name, part in data(slug).items() if name != "ko"})
        for article, options in re.findall(r"\b([Aa]n?) \(([^()]*\|[^()]*)\)", text):
            for option in (option for option in options.split("|") if option[:1].isalpha()):
                assert english.article(option) == article.lower(), f"{slug}: {article} {option}"
