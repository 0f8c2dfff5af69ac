"""The sound effect engine: words become sounds, several at once or one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import machines, nature, people, things
from .asking import finds, made, options, seconds_asked
from .synth import Chance, Sound, echo, length, place, stereo, unit, wide

VERSION = "1"
MOST = 4
STEADY_SECONDS = 6.0
FORM_SECONDS = {"scape": 30.0, "notification": 1.2}
SEAM = 1.5  # seconds over which an end leads into its beginning
THEN = re.compile(r"\b(?:then|followed by|after that)\b|그리고 나서|다음에")


@dataclass(frozen=True, slots=True)
class Recipe:
    """``steady`` goes on for as long as it is asked to; the others happen, and take ``seconds``.

    ``room`` is how much of a room is heard, ``again`` how long until it may happen again;
    ``wide`` comes from all around, so that each ear hears one of its own.
    """

    make: Callable[[Chance, float], Sound]
    words: str
    seconds: float = STEADY_SECONDS
    steady: bool = False
    loud: float = 1.0
    room: float = 0.15
    again: float = 2.0
    wide: bool = False


def _steady(
    make: Callable[[Chance, float], Sound], words: str, loud: float = 1.0, wide: bool = False
) -> Recipe:
    return Recipe(make, words, steady=True, loud=loud, room=0.05, wide=wide)


RECIPES = {
    "rain": _steady(
        nature.rain, "rain|raining|rainy|drizzle|downpour|shower|storm|thunderstorm|비|빗소리|폭우", wide=True
    ),
    "thunder": Recipe(
        nature.thunder,
        "thunder|lightning|thunderstorm|storm|천둥|번개|폭풍",
        4.5,
        loud=1.5,
        room=0.4,
        again=3,
    ),
    "wind": _steady(nature.wind, "wind|windy|breeze|gale|blizzard|hurricane|바람|강풍", 0.9, wide=True),
    "waves": _steady(nature.waves, "wave|ocean|sea|beach|surf|shore|seaside|파도|바다|해변", wide=True),
    "stream": _steady(
        nature.stream,
        "stream|river|brook|creek|waterfall|fountain|water|flowing|시냇물|개울|강물|폭포|물",
        wide=True,
    ),
    "drip": Recipe(
        nature.drip, "drip|dripping|drop|droplet|water drop|leaking|물방울", 0.5, room=0.5, again=1.1
    ),
    "splash": Recipe(nature.splash, "splash|splashing|dive|diving|첨벙", 1.4, room=0.2),
    "fire": _steady(
        nature.fire, "fire|campfire|fireplace|flame|bonfire|crackling|burning|불|모닥불|벽난로", wide=True
    ),
    "birds": _steady(
        nature.birds, "bird|birdsong|chirping|tweeting|songbird|forest|새|새소리|숲", 0.8, wide=True
    ),
    "crickets": _steady(
        nature.crickets, "cricket|cicada|insect|summer night|귀뚜라미|매미|풀벌레", 0.5, wide=True
    ),
    "frog": Recipe(nature.frog, "frog|toad|croak|ribbit|개구리", 0.8, room=0.2, again=1.0),
    "bee": _steady(nature.bee, "bee|buzzing|fly|mosquito|wasp|벌|모기|파리", 0.8),
    "dog": Recipe(nature.dog, "dog|bark|barking|puppy|woof|강아지|멍멍", 0.8, room=0.2, again=1.2),
    "cat": Recipe(nature.cat, "cat|meow|kitten|고양이|야옹", 1.0, room=0.15, again=1.6),
    "rooster": Recipe(
        nature.rooster, "rooster|cockerel|cock-a-doodle-doo|수탉|닭", 1.5, room=0.25, again=2.5
    ),
    "footsteps": _steady(things.footsteps, "footstep|step|walking|walk|running feet|발소리|발걸음|걷는"),
    "door": Recipe(things.door, "door|creak|creaking|gate|hinge|문|삐걱", 1.9, room=0.35, again=3),
    "knock": Recipe(things.knock, "knock|knocking|노크", 1.0, room=0.25, again=1.6),
    "bell": Recipe(
        things.bell, "bell|church bell|doorbell|school bell|tolling|종|종소리", 3.6, room=0.35, again=1.6
    ),
    "chime": _steady(things.chime, "chime|wind chime|windchime|풍경|풍경 소리", 0.8, wide=True),
    "gong": Recipe(things.gong, "gong|tam-tam|singing bowl|징", 5.0, room=0.4, again=4),
    "clock": _steady(things.ticking, "clock|ticking|tick|tick-tock|watch|stopwatch|시계|째깍"),
    "glass": Recipe(
        things.glass, "breaking|shatter|shattering|smash|broken glass|glass|window|유리|깨지는", 1.5, room=0.2
    ),
    "clink": Recipe(things.clink, "clink|toast|cheers|wine glass|건배|짠", 1.4, room=0.25, again=1.4),
    "coin": Recipe(things.coin, "coin|pickup|points|동전|코인", 0.7, room=0.05, again=0.8),
    "typing": _steady(things.typing, "typing|keyboard|typewriter|keys|타자|키보드|타이핑"),
    "paper": Recipe(things.paper, "paper|page|crumple|rustle|rustling|종이|책장", 1.5, room=0.1),
    "drumroll": Recipe(
        things.drumroll, "drum roll|drumroll|drum|snare|드럼|북소리|드럼롤", 3.2, room=0.25, again=1
    ),
    "whistle": Recipe(things.whistle, "whistle|referee|호루라기|휘슬", 1.1, room=0.3),
    "zipper": Recipe(things.zipper, "zipper|zip|지퍼", 0.7, room=0.05, again=1),
    "switch": Recipe(
        things.switch, "switch|click|button|camera|shutter|mouse|스위치|클릭|버튼|찰칵", 0.3, room=0.1
    ),
    "ding": Recipe(
        things.ding, "ding|notification|ping|message|alert tone|correct|success|알림|띵동|정답", 1.1, room=0.2
    ),
    "motor": _steady(machines.motor, "engine|motor|motorcycle|motorbike|tractor|idle|엔진|모터|오토바이"),
    "car": Recipe(
        machines.car, "car|traffic|passing car|truck|bus|자동차|차|교통", 4.0, room=0.15, again=2.5
    ),
    "horn": Recipe(machines.horn, "horn|honk|honking|klaxon|경적|빵빵", 0.8, room=0.25, again=1.2),
    "train": _steady(machines.train, "train|railway|locomotive|railroad|기차|열차"),
    "siren": _steady(machines.siren, "siren|police|ambulance|fire truck|사이렌|경찰차|구급차", 0.8),
    "alarm": _steady(machines.alarm, "alarm|alarm clock|beeping|warning|알람|경보", 0.8),
    "helicopter": _steady(machines.helicopter, "helicopter|chopper|rotor|헬리콥터|헬기"),
    "plane": Recipe(machines.plane, "plane|airplane|aeroplane|jet|aircraft|비행기", 6.0, room=0.2, again=5),
    "laser": Recipe(
        machines.laser, "laser|blaster|ray gun|pew|zap|phaser|레이저|광선총", 0.5, room=0.15, again=0.5
    ),
    "jump": Recipe(machines.jump, "jump|jumping|hop|boing|bounce|점프|뛰어오르는", 0.4, room=0.05, again=0.6),
    "power-up": Recipe(
        machines.powerup,
        "power-up|power up|powerup|level up|bonus|win|victory|파워업|레벨업|승리",
        0.9,
        room=0.15,
    ),
    "wrong": Recipe(
        machines.wrong, "wrong|error|buzzer|fail|failure|game over|오답|오류|실패", 0.7, room=0.1
    ),
    "explosion": Recipe(
        machines.explosion,
        "explosion|explode|boom|bomb|blast|cannon|firework|폭발|폭탄|대포|불꽃놀이",
        3.0,
        room=0.4,
    ),
    "gunshot": Recipe(
        machines.gunshot, "gunshot|gun|shot|pistol|rifle|총|총성|총소리", 0.9, room=0.4, again=0.7
    ),
    "whoosh": Recipe(
        machines.whoosh, "whoosh|swoosh|swish|sword|arrow|swing|휙|칼", 0.8, room=0.15, again=0.9
    ),
    "phone": _steady(machines.phone, "phone|telephone|ringing|ringtone|전화|전화벨", 0.8),
    "robot": Recipe(machines.robot, "robot|beep|droid|computer|로봇|컴퓨터", 1.4, room=0.1, again=0.5),
    "radio": Recipe(machines.radio, "radio|static|white noise|tuning|라디오|잡음", 3.0, room=0.05, again=0.1),
    "spaceship": _steady(machines.spaceship, "spaceship|spacecraft|ufo|starship|hum|우주선"),
    "vacuum": _steady(
        machines.vacuum, "vacuum|hair dryer|hairdryer|fan|blender|청소기|드라이기|선풍기", 0.8, wide=True
    ),
    "heartbeat": _steady(people.heartbeat, "heartbeat|heart|pulse|심장|심장박동"),
    "applause": Recipe(
        people.applause, "applause|clap|clapping|ovation|박수|박수갈채", 4.0, room=0.3, again=2
    ),
    "crowd": _steady(
        people.crowd,
        "crowd|people|chatter|murmur|cafe|café|restaurant|market|군중|사람들|카페|식당|시장",
        0.8,
        wide=True,
    ),
    "cheer": Recipe(
        people.cheer, "cheer|cheering|stadium|hooray|goal|환호|응원|함성", 4.0, room=0.3, again=1
    ),
    "laugh": Recipe(people.laugh, "laugh|laughing|laughter|giggle|웃음|웃는", 1.6, room=0.2, again=1.2),
    "snore": _steady(people.snore, "snore|snoring|sleeping|코골이|코 고는"),
    "sneeze": Recipe(people.sneeze, "sneeze|sneezing|achoo|cough|재채기|기침", 0.9, room=0.2, again=1.5),
    "breathing": _steady(people.breathing, "breath|breathing|breathe|숨|숨소리|호흡"),
}
# A phrase that means one thing only, whatever its words mean alone.
PHRASES = {
    "drip": "water drop|dripping tap|dripping water|물방울",
    "clink": "wine glass|clinking glasses|glasses clink",
    "glass": "breaking glass|glass breaking|glass shattering|shattering glass|broken glass|broken window",
    "alarm": "fire alarm|alarm clock|car alarm",
    "siren": "police car|fire truck|police siren",
    "horn": "car horn|train horn",
    "motor": "car engine",
    "chime": "wind chime",
    "phone": "phone ringing|ringing phone",
    "car": "passing car|car passing|car passing by",
    "bell": "school bell|church bell|door bell|종소리",
    "door": "car door",
    "applause": "people clapping|crowd clapping|audience applauding",
    "cheer": "crowd cheering|cheering crowd",
    "birds": "birdsong",
    "waves": "sea waves|ocean waves|파도 소리",
    "switch": "light switch|mouse click|camera shutter",
    "laser": "laser gun",
    "robot": "computer beep|robot beep",
    "footsteps": "발소리|발걸음",
    "drumroll": "drum roll",
}
ELSEWHERE = {"scape": ("wind", "birds"), "notification": ("ding",)}


def make(job: dict[str, Any]) -> dict[str, Any]:
    """Make one effect and say which sounds were understood."""
    prompt, seed, chosen = str(job.get("prompt") or ""), int(job.get("seed") or 0), options(job)
    lowered = " ".join(prompt.lower().split())
    form = chosen.get("form", "effect")
    groups = understood(lowered)
    known = [name for group in groups for name in group]
    groups = groups or [list(ELSEWHERE.get(form, ("whoosh",)))]
    chance = Chance("effects", VERSION, lowered, seed)
    asked = seconds_asked(chosen, lowered) or FORM_SECONDS.get(form)
    seam = min(SEAM, (asked or 0) / 4) if form == "scape" else 0.0
    sound = in_turn(chance, groups, asked + seam if asked else None)
    sound = looped(sound, seam) if seam else sound
    facts: dict[str, Any] = {"engine": "effects", "engine_version": VERSION, "understood": known}
    facts["sounds"] = [name for group in groups for name in group]
    facts["loops"] = form == "scape"
    return made(sound, facts)


def understood(prompt: str) -> list[list[str]]:
    """The names of the sounds that the prompt asks for: together in a list, one list after the other."""
    groups = [_together(part) for part in THEN.split(prompt)]
    return [group for group in groups if group]


def _together(prompt: str) -> list[str]:
    places: dict[str, int] = {}
    for name, listed in PHRASES.items():
        for phrase in listed.split("|"):
            if (at := finds(prompt, phrase)) >= 0:
                places.setdefault(name, at)
                prompt = prompt.replace(phrase, "\x00" * len(phrase))
    for name, recipe in RECIPES.items():
        if name not in places and (at := finds(prompt, recipe.words)) >= 0:
            places[name] = at
    return sorted(places, key=lambda name: places[name])[:MOST]


def in_turn(chance: Chance, groups: list[list[str]], asked: float | None) -> Sound:
    """Stereo, for as long as asked, else as long as the sounds take."""
    natural = [max(RECIPES[name].seconds for name in group) for group in groups]
    stretch = asked / sum(natural) if asked else 1.0
    parts = [
        together(chance.of(turn), group, seconds * stretch)
        for turn, (group, seconds) in enumerate(zip(groups, natural, strict=True))
    ]
    return soft_edges(np.concatenate(parts))


def together(chance: Chance, names: list[str], seconds: float) -> Sound:
    """Layers of one length. What happens, happens again where there is time."""
    out = np.zeros((length(seconds), 2), np.float32)
    shared = any(RECIPES[name].steady for name in names)
    for turn, name in enumerate(names):
        recipe, own = RECIPES[name], chance.of(name)
        if recipe.steady:
            sides = ("left", "right") if recipe.wide else ("both",)
            heard = [unit_power(recipe.make(own.of(side), seconds)) for side in sides]
            layer = stereo(heard[0], heard[-1])
        else:
            layer = happening(own, recipe, seconds, turn, shared or len(names) > 1)
        layer = fitted(layer, len(out))
        out += echo(layer, own.of("room"), 1.1, recipe.room) * np.float32(recipe.loud)
    return out


def happening(chance: Chance, recipe: Recipe, seconds: float, turn: int, shared: bool) -> Sound:
    """Once, and then again and again while there is time for the whole of it."""
    out = np.zeros((length(seconds), 2), np.float32)
    lasting = min(recipe.seconds, seconds)
    at, count = min(0.35 * turn + (0.4 if shared else 0.0), max(0.0, seconds - lasting)), 0
    while at + lasting <= seconds + 0.01 or not count:
        sound = unit(recipe.make(chance.of(count), lasting)) * np.float32(2.2 * chance.between(0.85, 1))
        pan = 0.5 if not shared and not count else chance.between(0.25, 0.75)
        for side in (0, 1):
            place(out[:, side], wide(sound, pan)[:, side], at)
        at += lasting + recipe.again * chance.between(0.6, 1.4) * (1.6 if shared else 1.0)
        count += 1
    return out


def unit_power(sound: Sound) -> Sound:
    """As loud as others of another kind: by power, with peaks that stand out held back a little."""
    power = float(np.sqrt((sound**2).mean())) or 1.0
    return np.asarray(np.tanh(sound / np.float32(4.5 * power)) * 0.9, np.float32)


def fitted(sound: Sound, count: int) -> Sound:
    return np.pad(sound[:count], ((0, max(0, count - len(sound))), (0, 0)))


def soft_edges(sound: Sound) -> Sound:
    """No click at the beginning, nothing cut at the end."""
    count = len(sound)
    start, end = min(count // 8, length(0.004)), min(count // 4, length(0.25))
    sound[:start] *= np.linspace(0, 1, start, dtype=np.float32)[:, None]
    sound[count - end :] *= np.linspace(1, 0, end, dtype=np.float32)[:, None] ** 2
    return sound


def looped(sound: Sound, seam: float) -> Sound:
    """Shorter by the seam, in which what lies past the end is laid under the beginning."""
    over = length(seam)
    rise = np.linspace(0, 1, over, dtype=np.float32)[:, None]
    body = sound[: len(sound) - over].copy()
    body[:over] = body[:over] * np.sqrt(rise) + sound[len(sound) - over :] * np.sqrt(1 - rise)
    return body
