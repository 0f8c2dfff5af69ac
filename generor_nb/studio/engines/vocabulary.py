"""Which words mean what to the scene engine."""

from __future__ import annotations


def _spread(table: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split("|")}


def _pairs(listed: str) -> dict[str, str]:
    return {word: meaning.replace("_", " ") for word, meaning in (pair.split("=") for pair in listed.split())}


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
        "beach": "beach|seaside|seashore|shore|sandy beach|tropical island|tropical|seafront|hawaii",
        "sea": "sea|ocean|coast|wave|harbour|harbor|bay|tide|surf|island",
        "underwater": "underwater|coral reef|coral|reef|aquarium|undersea|under the sea|deep sea|"
        "seabed|scuba",
        "lake": "lake|river|pond|fjord|lagoon|reflection|stream",
        "forest": "forest|wood|woodland|jungle|pine forest|grove|rainforest|taiga|path through the trees",
        "desert": "desert|dune|sahara|sand|oasis|savanna|savannah|wasteland",
        "city": "city|skyline|skyscraper|street|urban|"
        "downtown|metropolis|cyberpunk|tokyo|new york|seoul|building",
        "hills": "hill|field|meadow|countryside|farm|valley|grass|prairie|pasture|garden|vineyard|lavender",
        "space": "space|planet|galaxy|nebula|cosmos|cosmic|"
        "universe|astronaut|orbit|asteroid|milky way|saturn|jupiter",
        "interior": "interior|room|living room|bedroom|kitchen|cafe|café|coffee shop|office|library|"
        "indoors||"
        "bookshop|bakery|restaurant|by the window|on the table|on a table|desk|fireside|studio",
        "portrait": "portrait|profile|silhouette|face|headshot|bust|selfie|head and shoulders",
        "marble": "marble|swirl|fluid|liquid|psychedelic|agate|smoke|ink in water",
        "waves": "waves of colour|layers|gradient|soft waves|paper cut|papercut|colour waves|abstract wave",
        "shapes": "shapes|geometric|geometry|bauhaus|cubism|cubist|mondrian|kandinsky|circles|"
        "triangles|mid-century",
        "abstract": "abstract",
        "flow": "flow|flow field|generative|line art|ribbon|thread|silk|motion|dance|music|particle",
    }
)

TERRAIN_ORDER = (
    "portrait",
    "space",
    "underwater",
    "interior",
    "city",
    "lake",
    "beach",
    "sea",
    "desert",
    "forest",
    "mountains",
    "hills",
    "waves",
    "shapes",
    "marble",
    "flow",
    "abstract",
)

SETTINGS = _spread(
    {
        "street": "street|alley|alleyway|avenue|boulevard|city road|road in the city|road in a city|"
        "road through the city",
        "moon": "on the moon|on a moon|lunar|moonscape|moon surface|surface of the moon|moon landing|"
        "moon base|moonwalk",
        "mars": "mars|martian|red planet",
        "village": "village|town|hamlet|small town",
    }
)
SETTING_HOMES = {"street": "city", "moon": "space", "mars": "space", "village": "hills"}

SUBJECT_WORDS = _spread(
    {
        "lighthouse": "lighthouse|beacon|light house",
        "cabin": "cabin|house|cottage|hut|home|lodge|barn|farmhouse|chalet",
        "castle": "castle|fortress|palace|citadel|kingdom|fairytale|fairy tale",
        "windmill": "windmill|mill",
        "tent": "tent|camp|camping|campsite",
        "sailboat": "sailboat|boat|ship|sailing|yacht|sail|schooner|pirate ship|regatta|pirate|ferry|voyage",
        "balloon": "balloon|hot air balloon|hot-air balloon",
        "rocket": "rocket|spaceship|spacecraft|shuttle|starship|startup|launch|rocket ship",
        "astronaut": "astronaut|cosmonaut|spaceman|moonwalk",
        "robot": "robot|android|droid|machine|technology|software|computer|hackathon|bot",
        "tree": "tree|oak|cherry blossom|maple|orchard|blossom",
        "pine": "pine|fir|spruce|christmas tree|conifer",
        "flower": "flower|poppy|daisy|rose|wildflower|bloom|lily|orchid|petal",
        "tulip": "tulip",
        "cactus": "cactus|cacti|saguaro|succulent",
        "fox": "fox|vixen",
        "cat": "cat|kitten|kitty",
        "deer": "deer|stag|elk|reindeer|doe|moose",
        "whale": "whale|orca|dolphin|humpback",
        "birds": "bird|gull|seagull|swallow|crow|goose|geese|flock|raven|eagle|crane",
        "wanderer": "wanderer|traveller|traveler|hiker|person|man|woman|"
        "wizard|pilgrim|figure|girl|boy|monk|explorer|human|hero|shepherd|detective|hiking",
        "dog": "dog|puppy|hound|terrier|labrador|retriever|poodle|corgi|doggy|pup|pet",
        "rabbit": "rabbit|bunny|hare|easter bunny|easter",
        "bear": "bear|teddy|teddy bear|grizzly|cub|polar bear",
        "panda": "panda",
        "penguin": "penguin",
        "owl": "owl|owlet|night owl|wise owl",
        "horse": "horse|pony|stallion|mare|foal|mustang|donkey|zebra",
        "unicorn": "unicorn|pegasus",
        "elephant": "elephant|mammoth",
        "dragon": "dragon|wyvern|fantasy|dinosaur|monster",
        "butterfly": "butterfly|moth",
        "fish": "fish|goldfish|clownfish|koi|salmon|shark|trout",
        "turtle": "turtle|tortoise",
        "guitar": "guitar|band|concert|rock band|acoustic|guitarist|folk song",
        "violin": "violin|fiddle|cello|orchestra|classical music|violinist",
        "piano": "piano|grand piano|pianist|jazz|keyboard",
        "cup": "cup|coffee|cup of coffee|cup of tea|tea|mug|espresso|cappuccino|latte|cocoa|"
        "coffee shop|cafe|café||"
        "breakfast",
        "teapot": "teapot|tea pot|kettle|tea party|teahouse|tea house",
        "cake": "cake|birthday|birthday cake|bakery|pastry|wedding cake|cupcake|dessert|anniversary|"
        "party|celebration",
        "book": "book|novel|reading|bookshop|library|bookstore|school|study|story|fairy tale book|"
        "learning|diary",
        "clock": "clock|alarm clock|watch|deadline|monday morning|alarm",
        "umbrella": "umbrella|parasol",
        "snowman": "snowman|snow man",
        "crown": "crown|tiara|king|queen|royal|prince|princess|champion",
        "heart": "heart|love|valentine|romance|wedding|health|care",
        "icecream": "ice cream|ice-cream|icecream|gelato|cone|sundae|summer party",
        "apple": "apple|fruit|orchard apple|healthy food|teacher",
        "bicycle": "bicycle|bike|cycling|cyclist|velo",
        "car": "car|automobile|road trip|taxi|truck|vehicle|driving|garage",
        "train": "train|locomotive|railway|steam train|steam engine|railroad|tram",
        "airplane": "airplane|aeroplane|plane|aircraft|jet|flight|airliner|travel|airport|holiday",
        "bridge": "bridge|suspension bridge|golden gate",
        "sunflower": "sunflower",
        "mushroom": "mushroom|toadstool|fungus|fungi",
        "palm": "palm|palm tree|coconut|island paradise|hawaii",
        "pumpkin": "pumpkin|halloween|jack o'lantern|jack-o-lantern|trick or treat",
        "bouquet": "bouquet|vase|vase of flowers|flower bouquet|florist|still life|mother's day|flower shop",
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
        "oil": "oil|oil painting|oil paint|impressionist|impressionism|van gogh|monet|painting|"
        "painterly|acrylic",
        "pastel": "pastel drawing|chalk|crayon|soft pastel|coloured pencil|colored pencil",
        "neon": "neon sign|neon lights|glowing lines|tron|outrun",
        "blueprint": "blueprint|technical drawing|schematic|architectural plan",
        "glass": "stained glass|stained-glass|glass window",
        "mosaic": "mosaic|tesserae|roman mosaic|tiles",
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

LAYOUTS = _spread(
    {
        "icon": "app icon|icon",
        "sticker": "sticker|die-cut|die cut",
        "logo": "logo|logotype|emblem|brand mark|badge",
        "avatar": "avatar|profile picture|profile photo",
        "pattern": "seamless pattern|pattern|wrapping paper|repeating pattern|wallpaper pattern|"
        "textile print",
        "mandala": "mandala|kaleidoscope|rosette",
        "texture": "texture|material|seamless texture",
        "colouring": "colouring page|coloring page|coloring book|colouring book|colouring book page|"
        "coloring book page",
        "comic": "comic|comic strip|manga|comic page|graphic novel page",
        "poster": "travel poster|movie poster|event poster|film poster|concert poster",
        "card": "postcard|greeting card|birthday card|invitation|christmas card|thank you card|"
        "greetings from",
        "cover": "book cover|novel cover|magazine cover",
        "album": "album cover|record cover|album art|vinyl cover",
        "banner": "banner|web header|header image|billboard",
        "stamp": "postage stamp|stamp",
        "tarot": "tarot card|tarot|playing card|trading card",
        "polaroid": "polaroid|instant photo|snapshot",
        "moodboard": "mood board|moodboard|style board",
        "palette": "colour palette|color palette|colour scheme|color scheme|swatches",
        "tile": "isometric|game tile|isometric tile|diorama",
        "sheet": "sprite sheet|emoji sheet|sticker sheet|icon set|emoji|emojis",
        "map": "map|fantasy map|treasure map",
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

# Nouns of one syllable count only as whole words, longer ones anywhere in a word.
KOREAN = _pairs(
    "등대=lighthouse 오두막=cabin 집=house 성=castle 풍차=windmill 텐트=tent 캠핑=camping "
    "돛단배=sailboat 요트=yacht 배=boat 열기구=balloon 로켓=rocket 우주선=spaceship 로봇=robot "
    "나무=tree 소나무=pine 꽃=flower 장미=rose 해바라기=sunflower 선인장=cactus 여우=fox 고양이=cat "
    "사슴=deer 고래=whale 새=bird 갈매기=seagull 여행자=traveller 사람=person 여자=woman 남자=man "
    "강아지=puppy 개=dog 토끼=rabbit 곰=bear 판다=panda 펭귄=penguin 부엉이=owl 올빼미=owl 말=horse "
    "유니콘=unicorn 코끼리=elephant 용=dragon 드래곤=dragon 나비=butterfly 물고기=fish 거북이=turtle "
    "기타=guitar 바이올린=violin 피아노=piano 커피=coffee 컵=cup 찻주전자=teapot 주전자=teapot "
    "케이크=cake 생일=birthday 책=book 시계=clock 우산=umbrella 눈사람=snowman 왕관=crown 하트=heart "
    "사랑=love 아이스크림=ice_cream 사과=apple 자전거=bicycle 자동차=car 기차=train 비행기=airplane "
    "튤립=tulip 우주비행사=astronaut 거리=street 골목=alley 마을=village 화성=mars "
    "다리=bridge 버섯=mushroom 야자수=palm 호박=pumpkin 꽃다발=bouquet 새벽=dawn 아침=morning 낮=day "
    "노을=sunset 석양=sunset 일몰=sunset 저녁=evening 황혼=dusk 밤=night 별=stars 달=moon 폭풍=storm "
    "번개=lightning 비=rain 눈=snow 안개=fog 바람=wind 오로라=aurora 구름=cloudy 맑은=clear "
    "산=mountain 바다=sea 해변=beach 호수=lake 강=river 숲=forest 사막=desert 도시=city 서울=seoul "
    "언덕=hill 들판=field 정원=garden 우주=space 바닷속=underwater 방=room 카페=cafe 도서관=library "
    "초상화=portrait 초상=portrait 대리석=marble 추상=abstract 고요한=calm 잔잔한=calm 따뜻한=warm "
    "차가운=cold 네온=neon 빈티지=vintage 흑백=monochrome 파스텔=pastel 우울한=gloomy "
    "수채화=watercolour 유화=oil_painting 포스터=poster 픽셀=pixel 스케치=sketch 봄=spring "
    "여름=summer 가을=autumn 겨울=winter 빨간=red 파란=blue 노란=yellow 초록=green 보라=purple "
    "분홍=pink 하얀=white 검은=black 두=two 세=three 로고=logo 아이콘=icon 스티커=sticker "
    "무늬=pattern 패턴=pattern 지도=map"
)
# fmt: off
PARTICLES = (
    "", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "과", "와", "도", "로", "으로", "들", "들이",
    "들의", "이랑", "랑", "속", "속의", "위", "위의", "마리", "한",
)
# fmt: on
WITHOUT = ("없는", "없이", "없다")
