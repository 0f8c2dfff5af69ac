"""Which words mean what to the scene engine."""

from __future__ import annotations


def _spread(table: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split("|")}


TIMES = _spread(
    {
        "dawn": "dawn|daybreak|sunrise|early morning|first light|morning",
        "day": "day|daytime|noon|midday|afternoon|daylight|sunny|sunlit|sunshine|blue sky",
        "sunset": "sunset|golden hour|evening|sundown|golden light|setting sun",
        "dusk": "dusk|twilight|blue hour|nightfall|gloaming",
        "night": "night|midnight|nighttime|starry|starlit|moonlit|moonlight|moon|stars|dark|nocturnal",
    }
)

WEATHERS = _spread(
    {
        "clear": "clear|cloudless|bright",
        "cloudy": "cloudy|cloud|overcast|grey sky",
        "storm": "storm|stormy|thunderstorm|thunder|lightning|tempest|hurricane|gale",
        "rain": "rain|rainy|raining|drizzle|downpour|monsoon|shower",
        "snow": "snow|snowy|snowing|snowfall|blizzard|winter|wintry|frozen|icy|snowstorm",
        "fog": "fog|foggy|mist|misty|haze|hazy",
        "wind": "wind|windy|breeze|breezy|gust|blustery",
        "aurora": "aurora|northern lights|polar lights|aurora borealis|southern lights",
    }
)

TERRAINS = _spread(
    {
        "mountains": "mountain|peak|alps|alpine|summit|cliff|"
        "canyon|himalaya|ridge|highland|volcano|mount fuji",
        "sea": "sea|ocean|coast|beach|wave|shore|seaside|island|harbour|harbor|bay|tide|surf|underwater",
        "lake": "lake|river|pond|fjord|lagoon|reflection|stream",
        "forest": "forest|wood|woodland|jungle|pine forest|grove|rainforest|taiga|path through the trees",
        "desert": "desert|dune|sahara|sand|oasis|savanna|savannah|wasteland|mars",
        "city": "city|town|skyline|skyscraper|street|urban|"
        "downtown|metropolis|cyberpunk|tokyo|new york|seoul|building",
        "hills": "hill|field|meadow|countryside|farm|valley|"
        "grass|prairie|village|pasture|garden|vineyard|lavender",
        "space": "space|planet|galaxy|nebula|cosmos|cosmic|"
        "universe|astronaut|orbit|asteroid|milky way|saturn|jupiter",
        "marble": "marble|abstract|swirl|fluid|liquid|texture|psychedelic|pattern|agate|smoke",
        "flow": "flow|flow field|generative|line art|ribbon|thread|silk|motion|dance|music|particle",
    }
)

TERRAIN_ORDER = ("space", "city", "lake", "sea", "desert", "forest", "mountains", "hills", "marble", "flow")

SUBJECT_WORDS = _spread(
    {
        "lighthouse": "lighthouse|beacon|light house",
        "cabin": "cabin|house|cottage|hut|home|lodge|barn|farmhouse|chalet",
        "castle": "castle|fortress|palace|citadel|kingdom|fairytale|fairy tale",
        "windmill": "windmill|mill",
        "tent": "tent|camp|camping|campsite",
        "sailboat": "sailboat|boat|ship|sailing|yacht|sail|schooner|pirate ship",
        "balloon": "balloon|hot air balloon|hot-air balloon",
        "rocket": "rocket|spaceship|spacecraft|shuttle|starship",
        "robot": "robot|android|droid|machine",
        "tree": "tree|oak|cherry blossom|maple|orchard|blossom",
        "pine": "pine|fir|spruce|christmas tree|conifer",
        "flower": "flower|poppy|tulip|daisy|rose|sunflower|wildflower|bouquet|bloom",
        "cactus": "cactus|cacti|saguaro",
        "fox": "fox|vixen",
        "cat": "cat|kitten|kitty",
        "deer": "deer|stag|elk|reindeer|doe|moose",
        "whale": "whale|orca",
        "birds": "bird|gull|seagull|swallow|crow|goose|geese|flock|raven|eagle|crane",
        "wanderer": "wanderer|traveller|traveler|hiker|person|man|woman|"
        "wizard|pilgrim|figure|girl|boy|monk|explorer|human",
    }
)

MOODS = _spread(
    {
        "calm": "calm|peaceful|serene|quiet|tranquil|still|gentle|soft|relaxing|zen",
        "gloomy": "gloomy|sad|melancholy|bleak|somber|sombre|ominous|haunted|spooky|eerie|dramatic|moody",
        "pastel": "pastel|dreamy|cute|kawaii|delicate|candy|whimsical|fairy",
        "neon": "neon|cyberpunk|synthwave|vaporwave|vivid|electric|retrowave|fluorescent",
        "warm": "warm|cozy|cosy|amber|golden|happy|joyful|joy|summer",
        "cold": "cold|icy|frosty|chilly|arctic|frozen|crisp",
        "vintage": "vintage|retro|old|nostalgic|sepia|antique|faded",
        "monochrome": "monochrome|black and white|grayscale|greyscale|b&w",
    }
)

STYLES = _spread(
    {
        "watercolour": "watercolour|watercolor|aquarelle",
        "poster": "poster|flat|minimalist|travel poster|screen print|vector art|graphic",
        "noir": "noir|film noir",
        "pixel": "pixel|pixel art|8-bit|8 bit|16-bit|retro game",
        "ink": "ink|sketch|engraving|line drawing|woodcut|etching|pen drawing|pencil",
    }
)

SEASONS = _spread(
    {
        "spring": "spring|blossom|cherry blossom|sakura",
        "summer": "summer",
        "autumn": "autumn|fall foliage|autumnal|october|maple|harvest",
        "winter": "winter|wintry|snow|snowy|christmas",
    }
)

COLOURS = {
    "red": "#cf3b33",
    "crimson": "#a8243a",
    "orange": "#e8823a",
    "yellow": "#f0c244",
    "gold": "#e0b040",
    "golden": "#e0b040",
    "green": "#4f9a56",
    "emerald": "#2f9a70",
    "teal": "#2b8f90",
    "turquoise": "#3fb8b0",
    "blue": "#3a6fc0",
    "navy": "#27406f",
    "purple": "#7a4fa8",
    "violet": "#7f5fc0",
    "pink": "#ea8fb0",
    "white": "#f4f1ea",
    "black": "#2e2c34",
    "brown": "#7a5238",
    "grey": "#8f939a",
    "gray": "#8f939a",
    "silver": "#c3c9d2",
}

COUNTS = {
    "two": 2,
    "pair": 2,
    "couple": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "several": 5,
    "many": 9,
    "flock": 11,
    "fleet": 6,
    "herd": 4,
    "group": 4,
    "some": 4,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
}

NEGATIONS = {"no", "without", "not", "never"}
