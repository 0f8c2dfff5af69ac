"""Every sentence a person can meet, in English and Korean, in one table."""

from __future__ import annotations

import locale
import os

from .text import credits, particles

LANGUAGES = ("en", "ko")
_language: str | None = None


def use(language: str | None) -> None:
    """Speak ``language`` (``en`` or ``ko``) from now on; None follows the locale."""
    global _language
    _language = language if language in LANGUAGES else None


def language() -> str:
    if _language:
        return _language
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    name = name or (locale.getlocale()[0] or "")
    return "ko" if name.casefold().startswith(("ko", "korean")) else "en"


def say(key: str, /, **values: object) -> str:
    """The sentence ``key`` in the language in use, filled with ``values``.

    >>> say("left", balance="12")
    '12 left'
    """
    english, korean = TABLE[key]
    if language() != "ko":
        return english.format(**values) if values else english
    return particles(korean.format(**values)) if values else korean


def in_credits(amount: float | None, *, play: bool = False) -> str:
    """``6 credits``, ``1 credit``; an unknown amount says ``? credits``; play money ``6 studio credits``."""
    number = "one" if amount == 1 else "many"
    return say(f"credits.play.{number}" if play else f"credits.{number}", amount=credits(amount))


def section(prefix: str) -> dict[str, str]:
    """Every sentence below ``prefix``, by the rest of its key."""
    return {key.removeprefix(prefix): say(key) for key in TABLE if key.startswith(prefix)}


TABLE: dict[str, tuple[str, str]] = {
    # --- prices and results ---
    "credits.one": ("{amount} credit", "{amount} 크레딧"),
    "credits.play.one": ("{amount} studio credit", "스튜디오 크레딧 {amount}"),
    "credits.play.many": ("{amount} studio credits", "스튜디오 크레딧 {amount}"),
    "discount": (" ({saved} off for the number)", " (수량 할인 {saved})"),
    "under.a.second": ("under 1 s", "1초 미만"),
    "credits.many": ("{amount} credits", "{amount} 크레딧"),
    "about.credits": ("≈ {credits}", "약 {credits}"),
    "price.before": ("≈ {credits}, as charged before", "약 {credits} (이전 청구 기준)"),
    "price.range": ("{low} to {high}, as charged before", "{low}~{high} (이전 청구 기준)"),
    "price.untold": (
        "price unknown until charged ({credits} set aside, a guess of ours)",
        "청구 전에는 가격을 알 수 없음 (어림으로 {credits} 예약)",
    ),
    "about.seconds": ("about {seconds} s", "약 {seconds}초"),
    "public": ("public", "공개"),
    "private": ("private", "비공개"),
    "replay.line": ("already made: 0 credits", "이미 만듦: 0 크레딧"),
    "charged": (
        "{charge} charged (estimated {estimate})",
        "{charge} 청구됨 (예상 {estimate})",
    ),
    "charged.unasked": ("{charge} charged", "{charge} 청구됨"),
    "charged.untold.short": ("charge not told", "청구액을 알리지 않음"),
    "replayed": (
        "replayed from disk: 0 credits (was {charge})",
        "디스크에서 다시 표시: 0 크레딧 (당시 {charge})",
    ),
    "replayed.hint": (
        "The same request was paid for before. For a new sample: --again (again=True).",
        "같은 요청이 이미 결제되었습니다. 새로 만들려면 --again (again=True).",
    ),
    "left": ("{balance} left", "잔액 {balance}"),
    "took": ("{seconds} s", "{seconds}초"),
    "take": ("take {take}", "{take}번째 결과"),
    "adjusted": ("{name}: asked {asked}, used {used}", "{name}: 요청 {asked}, 적용 {used}"),
    "partial": ("Fewer came back than asked: {count}.", "요청보다 적게 돌아왔습니다: {count}개."),
    "engine": ("Made by {engine}.", "만든 엔진: {engine}."),
    "no.key": (
        "No API key found: made by the studio on this machine, for free. Set GENEROR_API_KEY to use Generor.",
        "API 키가 없어 이 컴퓨터의 스튜디오가 무료로 만들었습니다. Generor를 쓰려면 GENEROR_API_KEY를 설정하세요.",
    ),
    "lists.none": (
        "{provider} has no lists of what was made or spent",
        "{provider}에는 만든 것이나 쓴 것의 목록이 없습니다",
    ),
    "lists.none.hint": (
        "%generor history has what was made from here; lists are Generor's and the studio's",
        "여기서 만든 것은 %generor history에 있습니다. 목록은 Generor와 스튜디오에 있습니다",
    ),
    "balance.untold": (
        "{provider} has no call that tells the balance",
        "{provider}에는 잔액을 알려 주는 호출이 없습니다",
    ),
    "balance.untold.hint": (
        "see your account there; what a paid answer tells is shown with its result",
        "그곳의 계정에서 확인하세요. 유료 응답이 알려 주는 잔액은 결과와 함께 표시됩니다",
    ),
    "no.picture": ("this creation is {mime}, not a picture", "이 창작물은 그림이 아니라 {mime}입니다"),
    "not.beside": (
        "not beside this notebook: gn.play(…) plays it here",
        "이 노트북 옆에 없음: gn.play(…)로 여기서 재생",
    ),
    "play.nothing": ("there is nothing here that plays", "재생할 것이 없습니다"),
    "play.nothing.hint": ("give a video or a sound", "동영상이나 소리를 넘기세요"),
    "play.large": (
        "{size} MB are too much to play through the kernel, at most {most} MB",
        "{size} MB는 커널을 거쳐 재생하기에 너무 큽니다. 최대 {most} MB",
    ),
    "play.large.hint": ("open {path}", "{path} 파일을 여세요"),
    "not.shown": ("A file of type {mime}: kept, not shown.", "{mime} 파일: 보관했으며 표시하지 않습니다."),
    "quota.minute": ("up to {limit} requests a minute", "분당 최대 요청 {limit}개"),
    "quota.minute.of": (
        "{remaining} of {limit} requests left this minute",
        "이번 분에 남은 요청: {limit}개 중 {remaining}개",
    ),
    "quota.minute.left": ("{remaining} requests left this minute", "이번 분에 남은 요청: {remaining}개"),
    "quota.hour": ("up to {limit} requests an hour", "시간당 최대 요청 {limit}개"),
    "quota.hour.of": (
        "{remaining} of {limit} requests left this hour",
        "이번 시간에 남은 요청: {limit}개 중 {remaining}개",
    ),
    "quota.hour.left": ("{remaining} requests left this hour", "이번 시간에 남은 요청: {remaining}개"),
    "quota.unknown": ("no limit named so far", "지금까지 알려진 한도 없음"),
    # --- progress ---
    "progress.opening": (
        "opening {provider}, once for this kernel",
        "{provider}에 처음 연결하는 중 (커널마다 한 번)",
    ),
    "progress.waiting": ("waiting for its turn", "순서를 기다리는 중"),
    "progress.sent": ("making it", "만드는 중"),
    "progress.time": ("{elapsed} of about {expected} s", "{elapsed}초 / 약 {expected}초"),
    "progress.late": ("{elapsed} s, longer than estimated", "{elapsed}초, 예상보다 오래 걸립니다"),
    "progress.elapsed": ("{elapsed} s", "{elapsed}초"),
    # --- the request ---
    "slug.unknown": ('there is no generator "{slug}"', '"{slug}" 생성기가 없습니다'),
    "slug.development": (
        '"{title}" is in development and cannot be asked yet',
        '"{title}"은(는) 개발 중이라 아직 쓸 수 없습니다',
    ),
    "slug.nearest": (
        "use one of: {values} (all: %generor generators)",
        "다음 중에서 고르세요: {values} (전체: %generor generators)",
    ),
    "slug.hint": ("list them with: %generor generators", "목록 보기: %generor generators"),
    "sub.generator": ("which generator?", "어떤 생성기인가요?"),
    "slug.missing": ("%%generate needs a generator", "%%generate 뒤에 생성기 이름이 필요합니다"),
    "slug.missing.hint": (
        "write e.g. %%generate image, or list them with: %generor generators",
        "예: %%generate image, 목록 보기: %generor generators",
    ),
    "use.one.of": ("use one of: {values}", "다음 중에서 고르세요: {values}"),
    "model.none": ('the generator "{slug}" names no default model', '"{slug}" 생성기에 기본 모델이 없습니다'),
    "model.none.hint": (
        "choose one with --model; list them with: %generor models",
        "--model로 고르세요. 목록: %generor models",
    ),
    "model.unknown": ('there is no model "{name}"', '"{name}" 모델이 없습니다'),
    "model.type": (
        '"{name}" is for {type}, not for the generator "{slug}"',
        '"{name}"은(는) {type}용이라 "{slug}"에 쓸 수 없습니다',
    ),
    "model.nearest": (
        "use one of: {names} (all: %generor models {type})",
        "다음 중에서 고르세요: {names} (전체: %generor models {type})",
    ),
    "type.unknown": ('there is no model type "{type}"', '"{type}" 모델 유형이 없습니다'),
    "prompt.missing": ("the prompt is empty", "프롬프트가 비어 있습니다"),
    "prompt.missing.hint": (
        "write it in the cell, below the %%generate line (in Python: the second argument)",
        "%%generate 줄 아래 셀에 쓰세요 (파이썬에서는 두 번째 인수)",
    ),
    "prompt.long": ("the prompt has {length} characters", "프롬프트가 {length}자입니다"),
    "prompt.long.hint": ("at most {limit} are accepted", "최대 {limit}자까지 됩니다"),
    "count.bad": ("count {value} does not work", "개수 {value}은(는) 쓸 수 없습니다"),
    "count.bad.hint": ("use a whole number from 1 to {top}", "1부터 {top} 사이의 정수를 쓰세요"),
    "aspect.unsupported": (
        '"{model}" has no choice of aspect ratio',
        '"{model}"은(는) 가로세로 비율을 고를 수 없습니다',
    ),
    "aspect.unsupported.hint": ("leave --aspect out", "--aspect를 빼세요"),
    "aspect.unknown": (
        '"{model}" does not make the ratio {value}',
        '"{model}"은(는) {value} 비율을 만들지 못합니다',
    ),
    # --- media that is given ---
    "kind.image": ("a picture", "그림"),
    "kind.video": ("a video", "동영상"),
    "kind.audio": ("a sound", "소리"),
    "refs.both": (
        "{name} is a variable and a file too",
        "{name}은(는) 변수이면서 파일입니다",
    ),
    "refs.both.hint": (
        "for the file write ./{name}, for the variable {{{{{name}}}}}",
        "파일이면 ./{name}, 변수이면 {{{{{name}}}}}로 쓰세요",
    ),
    "refs.unknown": (
        "{option} {name} is no address, no variable and no file",
        "{option} {name}: 주소도 변수도 파일도 아닙니다",
    ),
    "refs.unknown.hint": (
        "give an https address, a file, or an earlier result: {names}",
        "https 주소, 파일, 앞선 결과({names}) 중 하나를 쓰세요",
    ),
    "refs.type": ("{option} cannot be {kind}", "{option}에 {kind}을(를) 쓸 수 없습니다"),
    "refs.type.hint": (
        "give an address, a Result or Creation, a path, a picture or bytes",
        "주소, Result나 Creation, 경로, 그림, 바이트 중 하나를 쓰세요",
    ),
    "refs.empty": ("{option}: this result holds nothing", "{option}: 이 결과에는 아무것도 없습니다"),
    "refs.kind": (
        "{option} needs {wanted}, this is {mime}",
        "{option}에는 {wanted}이(가) 필요한데 {mime}입니다",
    ),
    "refs.kind.hint": ("give {wanted}, or another option", "{wanted}을(를) 주거나 다른 옵션을 쓰세요"),
    "refs.large": (
        "{option}: {size} MB are too much, at most {most} MB",
        "{option}: {size} MB는 너무 큽니다. 최대 {most} MB",
    ),
    "refs.large.hint": ("make it smaller first", "먼저 크기를 줄이세요"),
    "refs.local": (
        "{option}: {provider} takes addresses only, there is no way to upload this",
        "{option}: {provider}은(는) 주소만 받으며 올릴 방법이 없습니다",
    ),
    "refs.local.hint": (
        "give a public https address, or something made there before",
        "공개 https 주소나 그곳에서 만든 것을 쓰세요",
    ),
    "upload.failed": (
        "a picture could not be uploaded ({why})",
        "그림을 올리지 못했습니다 ({why})",
    ),
    "upload.failed.hint": (
        "nothing was charged; run the cell again",
        "청구되지 않았습니다. 셀을 다시 실행하세요",
    ),
    "refs.path": (
        "{option}: {provider} takes the name of a picture that it keeps, and nothing else",
        "{option}: {provider}은(는) 자신이 보관하는 그림의 경로만 받습니다",
    ),
    "refs.path.hint": (
        "write e.g. {option} 1/reference-1423131.png, as its own site shows it",
        "예: {option} 1/reference-1423131.png (그 사이트에 표시된 대로)",
    ),
    "refs.unread": ("{option}: cannot read {name}", "{option}: {name}을(를) 읽을 수 없습니다"),
    "refs.unread.hint": ("check the path: {error}", "경로를 확인하세요: {error}"),
    "refs.many": ("{option} was given {count} times", "{option}이(가) {count}번 지정되었습니다"),
    "refs.many.hint": ('"{model}" takes at most {most}', '"{model}"은(는) 최대 {most}개를 받습니다'),
    "refs.needed": ('"{who}" needs {kind}', '"{who}"에는 {kind}이(가) 필요합니다'),
    "refs.needed.hint": (
        "give one with {option}: an address, an earlier result or a file",
        "{option} 옵션으로 주세요: 주소, 앞선 결과 또는 파일",
    ),
    "refs.beyond": (
        "the prompt speaks of {name}; references given: {count}",
        "프롬프트에 {name}이(가) 있지만 참조는 {count}개입니다",
    ),
    "refs.beyond.hint": (
        "add it with --reference, or take it out of the prompt",
        "--reference로 추가하거나 프롬프트에서 빼세요",
    ),
    "chain.alone": (
        "this result knows no session to go on with",
        "이 결과에는 이어 갈 세션 정보가 없습니다",
    ),
    "chain.alone.hint": (
        "give it to gn.generate, e.g. image=result",
        "gn.generate에 넘기세요. 예: image=result",
    ),
    "chain.no.text": ("there is no text to read aloud", "읽을 글이 없습니다"),
    "chain.no.text.hint": ("narrate a result that has text", "글이 있는 결과에 narrate를 쓰세요"),
    "unused": ("{option} is ignored by {model}.", "{model}은(는) {option}을(를) 무시합니다."),
    "unused.alone": (
        "{option} is ignored without {other}.",
        "{other} 없이는 {option}이(가) 무시됩니다.",
    ),
    "set.own": ("{key} has an option of its own", "{key}에는 전용 옵션이 있습니다"),
    "set.own.hint": ("use {option}", "{option}을(를) 쓰세요"),
    "set.both": ("{key} is both a parameter and a body field", "{key}은(는) 매개변수이자 본문 필드입니다"),
    "set.both.hint": ("write parameters.{key} or body.{key}", "parameters.{key} 또는 body.{key}로 쓰세요"),
    "set.form": ("--set {text} has no value", "--set {text}에 값이 없습니다"),
    "set.form.hint": ("write --set KEY=VALUE", "--set KEY=VALUE 형식으로 쓰세요"),
    "set.nothing": ("(this generator has none)", "(이 생성기에는 없습니다)"),
    "field.unknown": (
        'the generator "{slug}" has no field "{key}"',
        '"{slug}" 생성기에 "{key}" 필드가 없습니다',
    ),
    "field.nearest": ("did you mean: {names}", "혹시: {names}"),
    "field.list": ("it has: {names}", "있는 필드: {names}"),
    "value.unknown": ('{key} cannot be "{value}"', '{key}에 "{value}"을(를) 쓸 수 없습니다'),
    "value.unlisted": (
        '{key} "{value}" is passed on as it is; known are: {values}',
        '{key} "{value}"을(를) 그대로 보냅니다. 알려진 값: {values}',
    ),
    "start.none": (
        "images-create starts from a reference, a style or a collection, and none is given",
        "images-create에는 레퍼런스, 스타일, 컬렉션 중 하나가 필요합니다",
    ),
    "start.many": (
        "images-create starts from one of: {names}",
        "images-create는 다음 중 하나만 받습니다: {names}",
    ),
    "start.hint": (
        "give one: --image 1/reference-1423131.png (a storage path), --set style=… or --set collectionId=…",
        "하나를 주세요: --image 1/reference-1423131.png (저장 경로), --set style=…, --set collectionId=…",
    ),
    "async.refused": (
        "async=true is refused: it would be paid, and nothing is documented that fetches what it makes",
        "async=true는 쓸 수 없습니다. 결제되지만 결과를 받는 방법이 문서에 없습니다",
    ),
    "async.refused.hint": (
        "leave it out; the cell does not block the kernel with --background",
        "빼세요. 기다리지 않으려면 --background를 쓰세요",
    ),
    "group.own": (
        "groupId is set for each operation, so that it can be named to the service",
        "groupId는 작업마다 자동으로 정해 서비스에 작업을 알릴 수 있게 합니다",
    ),
    "group.own.hint": ("leave it out", "빼세요"),
    "number.bad": ('{key} needs a number, not "{value}"', '{key}에는 "{value}" 대신 숫자가 필요합니다'),
    "number.range": ("{key} cannot be {value}", "{key}에 {value}을(를) 쓸 수 없습니다"),
    "number.bounds": ("use a number from {low} to {high}", "{low}부터 {high} 사이의 숫자를 쓰세요"),
    "option.unknown": ("there is no option {option}", "{option} 옵션이 없습니다"),
    "option.not.taken": ('"{title}" takes no {option}', '"{title}"에는 {option}을(를) 쓸 수 없습니다'),
    "option.not.taken.hint": (
        "leave {option} out, or ask another provider or generator",
        "{option}을(를) 빼거나 다른 제공자나 생성기를 쓰세요",
    ),
    "option.nearest": ("did you mean: {names} (all: %%generate?)", "혹시: {names} (전체: %%generate?)"),
    "option.help": (
        "for all options write %%generate? in a cell of its own",
        "모든 옵션을 보려면 다른 셀에 %%generate?만 쓰세요",
    ),
    "option.value": ("{option} needs a value", "{option}에 값이 필요합니다"),
    "option.value.hint": ("write {option} {example}", "{option} {example}처럼 쓰세요"),
    "option.number": (
        '{option} needs a number, not "{value}"',
        '{option}에는 "{value}" 대신 숫자가 필요합니다',
    ),
    "option.number.hint": ("write e.g. {option} {example}", "예: {option} {example}"),
    "option.twice": ("{option} is given twice", "{option}이(가) 두 번 있습니다"),
    "option.twice.hint": ("keep one of them", "하나만 남기세요"),
    "word.stray": ('"{word}" does not belong here', '"{word}"은(는) 여기에 올 수 없습니다'),
    "word.stray.model": (
        'quote a name with spaces: --model "{name}"',
        '공백이 있는 이름은 따옴표로: --model "{name}"',
    ),
    "word.stray.hint": (
        "a name for the result stands right after the generator; the prompt goes into the lines below this one",
        "결과의 이름은 생성기 바로 뒤에, 프롬프트는 이 줄 아래에 쓰세요",
    ),
    "name.bad": ('"{name}" is no variable name', '"{name}"은(는) 변수 이름이 아닙니다'),
    "name.bad.hint": (
        "use letters, digits and _, e.g. picture; the prompt goes into the lines below this one",
        "영문자, 숫자, _를 쓰세요. 예: picture. 프롬프트는 이 줄 아래에 씁니다",
    ),
    "line.quotes": ("a quote is not closed in this line", "따옴표가 닫히지 않았습니다"),
    "line.quotes.hint": ("close it, or leave it out", "닫거나 빼세요"),
    "braces.name": ("{{{{{name}}}}} is not defined", "{{{{{name}}}}}이(가) 정의되지 않았습니다"),
    "braces.name.hint": (
        "define it in a cell above and run the cell again; nothing was sent",
        "위 셀에서 정의한 뒤 다시 실행하세요. 아무것도 보내지 않았습니다",
    ),
    "braces.error": ("{{{{{expr}}}}} failed: {error}", "{{{{{expr}}}}} 실패: {error}"),
    "braces.error.hint": (
        "mend the expression; nothing was sent",
        "식을 고치세요. 아무것도 보내지 않았습니다",
    ),
    "take.again": ("--again and --take exclude each other", "--again과 --take는 함께 쓸 수 없습니다"),
    "take.again.hint": (
        "--again is the next take; --take N is that one, rerunnable",
        "--again은 다음 결과, --take N은 그 번호의 결과입니다",
    ),
    "take.bad": ("take {value} does not work", "take {value}은(는) 쓸 수 없습니다"),
    "take.bad.hint": ("use a whole number from 1", "1 이상의 정수를 쓰세요"),
    "cap.bad": ("max_credits {value} does not work", "max_credits {value}은(는) 쓸 수 없습니다"),
    "cap.bad.hint": ("use a number of credits, 0 or more", "0 이상의 크레딧 수를 쓰세요"),
    # --- budget ---
    "budget.cell": (
        "this could cost {needed}, the cap is {cap}",
        "{needed}이(가) 들 수 있는데 한도는 {cap}입니다",
    ),
    "budget.cell.hint": (
        "raise max_credits (--max-credits in a cell), or take a cheaper model (%generor models)",
        "max_credits(셀에서는 --max-credits)를 올리거나 더 싼 모델을 고르세요 (%generor models)",
    ),
    "budget.session": (
        "this could cost {needed}; {used} of this session's {cap} are spent or reserved",
        "{needed}이(가) 들 수 있습니다. 이 세션의 {cap} 중 {used}을(를) 이미 썼거나 예약했습니다",
    ),
    "budget.session.hint": ("raise it with: %generor budget N", "한도 올리기: %generor budget N"),
    "budget.day": (
        "this could cost {needed}; {used} of today's {cap} are spent or reserved",
        "{needed}이(가) 들 수 있습니다. 오늘 한도 {cap} 중 {used}을(를) 이미 썼거나 예약했습니다",
    ),
    "budget.day.hint": (
        "raise GENEROR_MAX_CREDITS, or go on tomorrow",
        "GENEROR_MAX_CREDITS를 올리거나 내일 이어서 하세요",
    ),
    "budget.headroom": (
        " (estimated {estimate}; ×{factor} is reserved until 20 charges are known)",
        " (예상 {estimate}, 청구 20건이 쌓일 때까지 {factor}배를 예약)",
    ),
    "budget.set": (
        "Cap of this session: {cap}; {used} spent or reserved.",
        "이 세션의 한도: {cap}. 사용·예약: {used}.",
    ),
    "budget.bad": ('a budget cannot be "{value}"', '한도에 "{value}"을(를) 쓸 수 없습니다'),
    "budget.bad.hint": ("use a number of credits, or none", "크레딧 수나 none을 쓰세요"),
    "provider.clash": (
        "the provider {name} of {place} is left out: another one has its name",
        "{place}의 제공자 {name}은(는) 이름이 겹쳐 쓰지 않습니다",
    ),
    "provider.broken": (
        "the package of the provider {name} cannot be loaded: {why}",
        "제공자 {name}의 패키지를 불러올 수 없습니다: {why}",
    ),
    "provider.broken.hint": (
        "mend or remove that package; the others work without it",
        "그 패키지를 고치거나 지우세요. 다른 제공자는 그대로 쓸 수 있습니다",
    ),
    "provider.odd": (
        "the entry point {name} must name a Service called {name}, and {place} is none",
        "진입점 {name}은(는) {name}이라는 Service를 가리켜야 하는데 {place}은(는) 아닙니다",
    ),
    "base.missing": (
        "{provider} has no address of its own",
        "{provider}에는 정해진 주소가 없습니다",
    ),
    "base.missing.hint": (
        "give it: set {env}, or {setting} in your settings",
        "주소를 주세요: {env} 또는 설정 {setting}",
    ),
    "provider.unknown": ('there is no provider "{name}"', '"{name}" 제공자가 없습니다'),
    "prompt.type": ("a prompt is text, not {kind}", "프롬프트는 {kind}이(가) 아니라 글이어야 합니다"),
    "prompt.type.hint": (
        "for several prompts: gn.sweep(slug, [prompt, …])",
        "프롬프트가 여러 개면: gn.sweep(slug, [프롬프트, …])",
    ),
    "argument.type": ("{name} cannot be {kind}", "{name}에 {kind}을(를) 쓸 수 없습니다"),
    "argument.type.hint": ("use {right}", "{right}을(를) 쓰세요"),
    "budget.none": ("no cap", "제한 없음"),
    "ask.first": (
        "The first paid call of this session, {price}. Spend them?",
        "이 세션의 첫 유료 호출, {price}. 쓸까요?",
    ),
    "ask.blind": (
        "A lost answer could not be looked up with this provider and key.",
        "이 제공자와 키로는 잃어버린 응답을 확인할 수 없습니다.",
    ),
    "ask.above": (
        "This may cost more than {limit}: {price}. Spend them?",
        "{limit}보다 많이 들 수 있습니다: {price}. 쓸까요?",
    ),
    "ask.hint": (
        "confirm with --yes (yes=True); nothing was sent",
        "--yes (yes=True)로 확인하세요. 아무것도 보내지 않았습니다",
    ),
    "ask.no": ("not confirmed", "확인하지 않았습니다"),
    "ask.no.hint": ("nothing was sent and nothing was charged", "아무것도 보내지 않았고 청구되지 않았습니다"),
    "unattended": (
        "nobody is here to confirm the price: {price}",
        "가격을 확인할 사람이 없습니다: {price}",
    ),
    "unattended.hint": (
        "set a cap: --max-credits N, or GENEROR_MAX_CREDITS; nothing was sent",
        "한도를 정하세요: --max-credits N 또는 GENEROR_MAX_CREDITS. 아무것도 보내지 않았습니다",
    ),
    # --- the server ---
    "gptimage2.poor.hint": (
        "buy credits, wait for the next month, or ask for less: --set quality=low; nothing was charged",
        "크레딧을 사거나 다음 달을 기다리거나 줄이세요: --set quality=low. 청구되지 않았습니다",
    ),
    "gptimage2.plan.hint": (
        "the API belongs to the plans Pro and Max: change the plan at gptimage2.plus; nothing was charged",
        "API는 Pro와 Max 요금제에서 쓸 수 있습니다. gptimage2.plus에서 바꾸세요. 청구되지 않았습니다",
    ),
    "gptimage2.policy.hint": (
        "its content policy refuses the prompt: say it in other words; nothing was charged",
        "콘텐츠 정책이 프롬프트를 거부했습니다. 다르게 써 보세요. 청구되지 않았습니다",
    ),
    "gptimage2.blocked": (
        "blocked by the content policy and refunded: {reason}",
        "콘텐츠 정책에 의해 차단되고 환불됨: {reason}",
    ),
    "gptimage2.blocked.hint": (
        "0 credits were charged in the end; change the prompt or the pictures",
        "최종 청구액은 0 크레딧입니다. 프롬프트나 그림을 바꾸세요",
    ),
    "gptimage2.failed": (
        "the generation failed and was refunded: {reason}",
        "생성에 실패하고 환불됨: {reason}",
    ),
    "gptimage2.failed.hint": (
        "0 credits were charged in the end; run the cell again",
        "최종 청구액은 0 크레딧입니다. 셀을 다시 실행하세요",
    ),
    "webhook.url": (
        "a webhook needs an https address (plain http only on this machine)",
        "웹훅에는 https 주소가 필요합니다 (이 컴퓨터에서만 http 가능)",
    ),
    "webhook.url.hint": ("write e.g. https://your-app.com/hooks", "예: https://your-app.com/hooks"),
    "webhook.event": ("there is no event {event}", "{event} 이벤트가 없습니다"),
    "webhook.session": ("the session cookie is not valid", "세션 쿠키가 유효하지 않습니다"),
    "webhook.session.hint": (
        "sign in at the site and copy the cookie anew; nothing was registered",
        "사이트에 로그인해 쿠키를 다시 복사하세요. 등록되지 않았습니다",
    ),
    "gptimage2.public": (
        "gptimage2 keeps its pictures at public addresses: whoever has one can see it.",
        "gptimage2는 그림을 공개 주소에 보관합니다. 주소를 아는 사람은 볼 수 있습니다.",
    ),
    "api.Unauthorized": ("the key is not accepted: {message}", "키가 거부되었습니다: {message}"),
    "api.Forbidden": ("the key may not do this: {message}", "이 키로는 할 수 없습니다: {message}"),
    "api.NotFound": ("not found: {message}", "찾을 수 없습니다: {message}"),
    "api.MethodNotAllowed": (
        "the server does not take this call: {message}",
        "서버가 이 호출을 받지 않습니다: {message}",
    ),
    "api.ValidationFailed": (
        "the server refused the request: {message}",
        "서버가 요청을 거부했습니다: {message}",
    ),
    "api.InsufficientCredits": ("not enough credits: {message}", "크레딧이 부족합니다: {message}"),
    "api.RateLimited": ("too many requests: {message}", "요청이 너무 많습니다: {message}"),
    "api.ServerError": (
        "the server failed (HTTP {status}): {message}",
        "서버 오류 (HTTP {status}): {message}",
    ),
    "api.foreign": (
        "the server answered HTTP {status} with {kind} instead of the API's JSON",
        "서버가 API의 JSON 대신 {kind}(HTTP {status})로 답했습니다",
    ),
    "api.empty": ("an empty page", "빈 페이지"),
    "api.unauthorized.hint": (
        "check GENEROR_API_KEY; nothing was charged",
        "GENEROR_API_KEY를 확인하세요. 청구되지 않았습니다",
    ),
    "api.forbidden.hint": (
        "use a key with the scope it needs; nothing was charged",
        "필요한 범위가 있는 키를 쓰세요. 청구되지 않았습니다",
    ),
    "api.not_found.hint": (
        "check the name or the id, and GENEROR_BASE_URL",
        "이름이나 번호, GENEROR_BASE_URL을 확인하세요",
    ),
    "api.validation.hint": (
        "change what is named above and run it again; nothing was charged",
        "위에 적힌 값을 고쳐 다시 실행하세요. 청구되지 않았습니다",
    ),
    "api.credits.hint": (
        "take a cheaper model (%generor models) or top up; nothing was charged",
        "더 싼 모델을 고르거나(%generor models) 충전하세요. 청구되지 않았습니다",
    ),
    "api.key.hint": (
        "check {env}; nothing was charged",
        "{env} 값을 확인하세요. 청구되지 않았습니다",
    ),
    "api.top.up.hint": (
        "top up your account there; nothing was charged",
        "그곳의 계정을 충전하세요. 청구되지 않았습니다",
    ),
    "api.place.hint": (
        "check {env}, or try again later",
        "{env} 값을 확인하거나 나중에 다시 하세요",
    ),
    "cheaper": (
        "cheaper: {names}; or top up. Nothing was charged",
        "더 싼 모델: {names}. 또는 충전하세요. 청구되지 않았습니다",
    ),
    "api.rate.hint": (
        "try again in {seconds} s; nothing was charged",
        "{seconds}초 뒤에 다시 하세요. 청구되지 않았습니다",
    ),
    "api.server.hint": (
        "check GENEROR_BASE_URL, or try again later",
        "GENEROR_BASE_URL을 확인하거나 나중에 다시 하세요",
    ),
    "pace.full": (
        "the requests that {place} allows {window} are used up",
        "{place}에서 허용하는 {window} 요청을 모두 썼습니다",
    ),
    "pace.minute": ("per minute", "분당"),
    "pace.hour": ("per hour", "시간당"),
    "pace.day": ("per day", "일일"),
    "server.down": ("{place} cannot be reached", "{place}에 연결할 수 없습니다"),
    "server.down.hint": (
        "check the network and GENEROR_BASE_URL ({error}); nothing was sent",
        "네트워크와 GENEROR_BASE_URL을 확인하세요 ({error}). 아무것도 보내지 않았습니다",
    ),
    "server.silent": (
        "{place} did not answer in full ({error})",
        "{place}의 응답이 끝나지 않았습니다 ({error})",
    ),
    "server.silent.hint": ("nothing was charged; try again", "청구되지 않았습니다. 다시 하세요"),
    "answer.large": ("the answer of {place} is too large", "{place}의 응답이 너무 큽니다"),
    "answer.unreadable": ("the server's answer cannot be read", "서버의 응답을 읽을 수 없습니다"),
    "answer.empty": ("the server answered without a creation", "서버가 창작물 없이 응답했습니다"),
    "answer.empty.hint": ("see what was charged with: %generor history", "청구 내역: %generor history"),
    "part.failed": ("not made: {why}", "만들지 못함: {why}"),
    "part.one": ("number {number}: {why}", "{number}번: {why}"),
    "part.empty": ("no picture in the answer", "응답에 그림이 없음"),
    "part.broken": (
        "one came broken ({error})",
        "하나가 깨진 채로 왔습니다 ({error})",
    ),
    "media.address": ("the file's address is refused: {url}", "파일 주소를 받을 수 없습니다: {url}"),
    "media.failed": ("the file could not be fetched ({error})", "파일을 받지 못했습니다 ({error})"),
    "media.large": ("the file is larger than {limit} MB", "파일이 {limit} MB보다 큽니다"),
    "media.redirects": ("too many redirects", "리디렉션이 너무 많음"),
    "media.hint": (
        "it is paid for and not lost: run the cell again, for 0 credits",
        "결제되었고 사라지지 않았습니다. 셀을 다시 실행하세요 (0 크레딧)",
    ),
    "media.elsewhere.hint": (
        "check the address, or try again later; nothing was charged",
        "주소를 확인하거나 나중에 다시 하세요. 청구되지 않았습니다",
    ),
    "media.kind": (
        "the file's address holds a web page instead of the file",
        "파일 주소에 파일 대신 웹 페이지가 있습니다",
    ),
    "public.bad": ("public cannot be {value}", "public에 {value}을(를) 쓸 수 없습니다"),
    "disk": ("the file could not be written: {error}", "파일을 쓸 수 없습니다: {error}"),
    "disk.hint": (
        "it is paid for and not lost: make room, and run the cell again for 0 credits",
        "결제되었고 사라지지 않았습니다. 공간을 마련하고 셀을 다시 실행하세요 (0 크레딧)",
    ),
    "disk.elsewhere.hint": (
        "make room there, or choose another place; nothing was charged",
        "공간을 마련하거나 다른 곳을 고르세요. 청구되지 않았습니다",
    ),
    # --- unclear outcomes ---
    "outcome.unknown": (
        "sent to {place}, and no clear answer came ({error})",
        "{place}에 보냈지만 분명한 응답이 없습니다 ({error})",
    ),
    "outcome.status": (
        "sent, and the outcome is unclear: {what}",
        "보냈지만 결과가 분명하지 않습니다: {what}",
    ),
    "outcome.lost": (
        "operation {id} was sent and its outcome is unclear",
        "작업 {id}을(를) 보냈지만 결과가 분명하지 않습니다",
    ),
    "outcome.unknown.hint": (
        "it may have been charged, so it is not sent again; look it up with: %generor recover",
        "청구되었을 수 있어 다시 보내지 않습니다. 확인: %generor recover",
    ),
    "unresolved": (
        "this request was sent before (operation {id}) and its outcome is unclear",
        "이 요청은 이미 보냈고 (작업 {id}) 결과가 분명하지 않습니다",
    ),
    "unresolved.twin": (
        "a request that looks the same from outside (operation {id}) is unclear: nothing is sent beside it",
        "겉보기에 같은 요청 (작업 {id})의 결과가 분명하지 않아 나란히 보내지 않습니다",
    ),
    "unresolved.again": (
        "the last take (operation {id}) is not settled yet",
        "지난 결과 (작업 {id})가 아직 정리되지 않았습니다",
    ),
    "unresolved.hint": (
        "see %generor recover; to give it up (it counts as charged): %generor recover --write-off {id}",
        "%generor recover 참고. 포기하려면 (청구된 것으로 셈): %generor recover --write-off {id}",
    ),
    "unclear.nothing": (
        "operation {id} was sent at {at}; since then neither an output nor any spending is listed",
        "작업 {id}을(를) {at}에 보냈습니다. 그 뒤로 결과도 지출도 목록에 없습니다",
    ),
    "unclear.spent": (
        "operation {id} was sent at {at}; no output is listed, and {spent} spent since may or may not be its own",
        "작업 {id}을(를) {at}에 보냈습니다. 결과는 없고, 그 뒤의 지출 {spent}이(가) 이 작업의 것인지 알 수 없습니다",
    ),
    "unclear.many": (
        "operation {id} was sent at {at}; {count} creations may be its own, and nothing tells which",
        "작업 {id}을(를) {at}에 보냈습니다. 창작물 {count}개 중 어느 것이 이 작업의 것인지 알 수 없습니다",
    ),
    "unclear.blind": (
        "operation {id} was sent at {at}; the account's lists could not be read far enough back",
        "작업 {id}을(를) {at}에 보냈습니다. 계정의 목록을 충분히 거슬러 읽을 수 없었습니다",
    ),
    "unclear.cannot": (
        "operation {id} was sent and its answer is lost; nothing can be looked up with this provider and key",
        "작업 {id}을(를) 보냈지만 응답을 잃었습니다. 이 제공자와 키로는 확인할 방법이 없습니다",
    ),
    "unclear.named": (
        "operation {id} was sent and its answer is lost; it cannot be looked up, but {provider} may find it by {reference}",
        "작업 {id}을(를) 보냈지만 응답을 잃었습니다. 조회할 수 없지만 {provider}에 문의할 때 쓸 번호: {reference}",
    ),
    "task.failed": (
        "{provider} could not make it ({message}); {money}",
        "{provider}이(가) 만들지 못했습니다 ({message}). {money}",
    ),
    "task.free": ("it says that nothing was consumed", "소모된 크레딧이 없다고 합니다"),
    "task.charged": (
        "{credits} were consumed, and its document knows no refund",
        "{credits}이(가) 소모되었고 문서에는 환불이 없습니다",
    ),
    "task.untold": (
        "it does not say whether credits were consumed",
        "크레딧이 소모되었는지 알리지 않습니다",
    ),
    "task.file.hint": (
        "give another picture: a PNG or JPEG at a public https address",
        "다른 그림을 주세요: 공개 https 주소의 PNG 또는 JPEG",
    ),
    "task.content.hint": (
        "say it in other words; the same again would fail again",
        "다른 말로 바꾸세요. 그대로 다시 하면 또 실패합니다",
    ),
    "task.build.hint": (
        "try other words or another mode, or the same later with --again, which is charged anew",
        "다른 말이나 모드로 하거나 나중에 --again으로 다시 하세요 (새로 청구됨)",
    ),
    "task.network.hint": (
        "it is their network: try later with --again, which is charged anew",
        "그쪽 네트워크 문제입니다. 나중에 --again으로 다시 하세요 (새로 청구됨)",
    ),
    "task.other.hint": (
        "see your account there for what was taken; --again is charged anew",
        "그곳의 계정에서 청구를 확인하세요. --again은 새로 청구됩니다",
    ),
    "job.endless": (
        "operation {id} was accepted as {job} and has not ended; it is asked after further",
        "작업 {id}이(가) {job}(으)로 접수되었지만 끝나지 않았습니다. 계속 확인합니다",
    ),
    "job.key": (
        "operation {id} was accepted, and {provider} refuses the key that asks after it (HTTP {status})",
        "작업 {id}이(가) 접수되었지만 결과를 묻는 키를 {provider}에서 거부합니다 (HTTP {status})",
    ),
    "job.key.hint": (
        "check {env} and run the cell again, for 0 credits more; or give it up: %generor recover --write-off {id}",
        "{env} 값을 확인하고 셀을 다시 실행하세요 (추가 0 크레딧). 포기: %generor recover --write-off {id}",
    ),
    "job.disowned": (
        "operation {id} was accepted as {job}, and {provider} says that it knows no such job",
        "작업 {id}이(가) {job}(으)로 접수되었지만 {provider}에서 그런 작업이 없다고 합니다",
    ),
    "job.disowned.hint": (
        "ask {provider} about it; then choose: %generor recover --watch {id}, --write-off {id} or --pay-again {id}",
        "{provider}에 문의한 뒤 선택: %generor recover --watch {id}, --write-off {id}, --pay-again {id}",
    ),
    "unclear.hint": (
        "choose: %generor recover --watch {id}, --write-off {id} or --pay-again {id}",
        "선택: %generor recover --watch {id}, --write-off {id}, --pay-again {id}",
    ),
    "unclear.line": (
        "{count} unresolved: %generor recover",
        "정리되지 않은 작업 {count}개: %generor recover",
    ),
    "again.gone": (
        "operation {id} cannot be asked for again: its model is gone",
        "작업 {id}은(는) 모델이 없어져 다시 요청할 수 없습니다",
    ),
    "again.gone.hint": ("choose another model in a new cell", "새 셀에서 다른 모델을 고르세요"),
    "again.elsewhere": (
        "operation {id} belongs to another account",
        "작업 {id}은(는) 다른 계정의 것입니다",
    ),
    "again.elsewhere.hint": ("choose its provider and key first", "먼저 그 제공자와 키를 선택하세요"),
    "proved.free": (
        "operation {id} brought nothing and was not charged",
        "작업 {id}은(는) 결과가 없고 청구되지 않았습니다",
    ),
    "proved.free.hint": ("run the cell again", "셀을 다시 실행하세요"),
    "inbox.unknown": (
        "there is no creation {id} in the inbox",
        "받은함에 창작물 {id}이(가) 없습니다",
    ),
    "inbox.unknown.hint": ("see %generor recover", "%generor recover를 보세요"),
    "inbox.elsewhere": (
        "creation {id} belongs to another account ({account})",
        "창작물 {id}은(는) 다른 계정({account})의 것입니다",
    ),
    "inbox.elsewhere.hint": (
        "choose that account's key and the provider {provider}",
        "그 계정의 키와 제공자 {provider}를 선택하세요",
    ),
    "charged.nothing": (
        "operation {id} was charged {charge} credits and brought nothing",
        "작업 {id}은(는) {charge} 크레딧이 청구되었지만 결과가 없습니다",
    ),
    "charged.untold": (
        "operation {id} brought nothing and may have been charged",
        "작업 {id}은(는) 결과가 없으며 청구되었을 수 있습니다",
    ),
    "charged.nothing.hint": (
        "pay for another sample with --again",
        "--again으로 다시 결제해 만들 수 있습니다",
    ),
    "parallel.bad": ("parallel {value} does not work", "parallel {value}은(는) 쓸 수 없습니다"),
    "parallel.bad.hint": ("use a whole number from 1 to {most}", "1부터 {most}까지의 정수를 쓰세요"),
    "sweep.ledger": (
        "{charge} charged by the account's ledger (estimated {estimate}); single charges are about right",
        "계정 원장 기준 {charge} 청구됨 (예상 {estimate}). 건별 청구는 근사값입니다",
    ),
    "job.goes.on": (
        "Job {id} is not through yet and goes on.",
        "작업 {id}은(는) 아직 끝나지 않았고 계속됩니다.",
    ),
    "job.interrupted.hint": (
        "Get it later with job.result(); job.cancel() calls it off while it is not sent.",
        "나중에 job.result()로 받으세요. 보내기 전이면 job.cancel()로 취소할 수 있습니다.",
    ),
    "job.unknown.hint": ("list them with: gn.jobs()", "목록: gn.jobs()"),
    "job.elsewhere": (
        "operation {id} was sent to {place}, which is not where the settings point now",
        "작업 {id}은(는) {place}에 보냈는데 지금 설정은 다른 곳을 가리킵니다",
    ),
    "job.elsewhere.hint": (
        "set GENEROR_BASE_URL to that address and ask again; it costs nothing more",
        "GENEROR_BASE_URL을 그 주소로 맞추고 다시 하세요. 추가 비용은 없습니다",
    ),
    "jobs.columns": (
        "job|asked|state|generator|estimate|charge|prompt",
        "작업|요청|상태|생성기|예상|청구|프롬프트",
    ),
    "jobs.none": ("No jobs.", "작업이 없습니다."),
    "courier.none": (
        "the process that sends paid requests could not be started ({error})",
        "유료 요청을 보내는 프로세스를 시작하지 못했습니다 ({error})",
    ),
    "courier.gone": (
        "the process that sends paid requests ended before it sent this one",
        "유료 요청을 보내는 프로세스가 이 요청을 보내기 전에 끝났습니다",
    ),
    "courier.gone.hint": (
        "nothing was charged; run the cell again, and if it happens again restart the kernel",
        "청구되지 않았습니다. 셀을 다시 실행하고, 또 그러면 커널을 다시 시작하세요",
    ),
    "courier.version": (
        "generor_nb was updated to {found} while this kernel runs another version",
        "커널이 실행되는 동안 generor_nb가 {found}(으)로 바뀌었습니다",
    ),
    "courier.version.hint": (
        "restart the kernel; nothing was sent and nothing was charged",
        "커널을 다시 시작하세요. 아무것도 보내지 않았고 청구되지 않았습니다",
    ),
    "cancelled": ("the operation was called off before it was sent", "보내기 전에 작업을 취소했습니다"),
    "cancelled.hint": (
        "nothing was charged; run the cell again",
        "청구되지 않았습니다. 셀을 다시 실행하세요",
    ),
    "interrupted.before": ("Stopped before anything was sent.", "아무것도 보내기 전에 멈췄습니다."),
    "interrupted.before.hint": ("Nothing was charged.", "청구되지 않았습니다."),
    "interrupted.sent": (
        "Stopped waiting. Operation {id} is sent and goes on.",
        "기다림을 멈췄습니다. 작업 {id}은(는) 이미 보냈고 계속됩니다.",
    ),
    "interrupted.done": ("Stopped. Operation {id} is through.", "멈췄습니다. 작업 {id}은(는) 끝났습니다."),
    "interrupted.sent.hint": (
        "Run the cell again to get the result, for 0 credits more; or see %generor history.",
        "셀을 다시 실행하면 추가 비용 없이 결과를 받습니다. %generor history도 보세요.",
    ),
    "operation.unknown": ("there is no operation {id}", "작업 {id}이(가) 없습니다"),
    "operation.unknown.hint": ("list them with: %generor history", "목록: %generor history"),
    "write.off.state": (
        "operation {id} is {state}: only an unclear one can be written off",
        "작업 {id}은(는) {state} 상태입니다. 불분명한 작업만 포기할 수 있습니다",
    ),
    "write.off.hint": ("see %generor recover", "%generor recover를 보세요"),
    "pruned": (
        "{operations} operations and {files} files forgotten ({megabytes} MB)",
        "작업 {operations}개와 파일 {files}개를 지웠습니다 ({megabytes} MB)",
    ),
    "widget.choices.watch": ("Keep watching", "계속 지켜보기"),
    "widget.choices.watch.hint": (
        "looks now, and again in the background",
        "지금, 그리고 백그라운드에서 다시 찾습니다",
    ),
    "widget.choices.write_off": ("Write off", "포기"),
    "widget.choices.write_off.hint": ("it counts as charged", "청구된 것으로 셉니다"),
    "widget.choices.pay_again": ("Pay again", "다시 결제"),
    "widget.choices.pay_again.hint": (
        "shows the price first; the lost one may have been charged too",
        "먼저 가격을 보여 줍니다. 잃은 것도 청구되었을 수 있습니다",
    ),
    "widget.choices.price": (
        "Pay {price} once more? Click Pay again to confirm.",
        "{price}을(를) 다시 낼까요? 확인하려면 다시 결제를 누르세요.",
    ),
    "widget.choices.stale": ("the kernel is busy", "커널 사용 중"),
    "recover.columns": ("operation|when|state|generator|prompt|what", "작업|시각|상태|생성기|프롬프트|내용"),
    "inbox.columns": ("creation|when|generator|prompt", "창작물|시각|생성기|프롬프트"),
    "inbox.title": (
        "Made on this account and tied to no cell (%generor recover --take CREATION fetches one for 0 credits):",
        "이 계정에서 만들어졌지만 어느 셀에도 속하지 않음 (%generor recover --take CREATION으로 0 크레딧에 받기):",
    ),
    "case.done": ("operation {id} is through: .result() shows it", "작업 {id} 완료: .result()로 봅니다"),
    "case.state": ("operation {id} is {state}", "작업 {id}: {state}"),
    "case.choices": (
        ".keep_watching(), .write_off() (it counts as charged), .pay_again(), or %generor recover --watch {id}",
        ".keep_watching(), .write_off() (청구된 것으로 셈), .pay_again() 또는 %generor recover --watch {id}",
    ),
    "case.offered": ("it may be one of these: .take({ids})", "이 중 하나일 수 있습니다: .take({ids})"),
    "recover.none": ("Nothing is unresolved.", "정리되지 않은 작업이 없습니다."),
    "journal.stuck": (
        "the journal cannot be read or written: {error}",
        "저널을 읽거나 쓸 수 없습니다: {error}",
    ),
    "journal.stuck.hint": (
        "nothing is sent without it: close what holds the file, or make room, and run the cell again",
        "저널 없이는 아무것도 보내지 않습니다. 파일을 잡고 있는 프로그램을 닫거나 공간을 마련하고 다시 실행하세요",
    ),
    "answer.held": (
        "the answer of operation {id} came and could not be written: {error}",
        "작업 {id}의 응답이 왔지만 쓸 수 없습니다: {error}",
    ),
    "answer.held.hint": (
        "this kernel holds it: make room, keep the kernel running, and run the cell again for 0 credits more",
        "이 커널이 응답을 갖고 있습니다. 공간을 마련하고 커널을 끄지 말고 다시 실행하세요 (추가 0 크레딧)",
    ),
    "unsent": ("operation {id} was not sent", "작업 {id}은(는) 보내지 않았습니다"),
    "unsent.hint": ("nothing was charged; run the cell again", "청구되지 않았습니다. 셀을 다시 실행하세요"),
    "interrupted.unclear": (
        "Stopped waiting. It is not clear yet whether the operation was sent.",
        "기다림을 멈췄습니다. 작업을 보냈는지 아직 분명하지 않습니다.",
    ),
    "running.line": ("being made already: 0 credits more", "이미 만드는 중: 추가 0 크레딧"),
    "body.lost": (
        "operation {id}: the request cannot be read back, its file is gone or was changed",
        "작업 {id}: 요청을 다시 읽을 수 없습니다. 파일이 없거나 바뀌었습니다",
    ),
    "body.lost.hint": (
        "nothing was sent for it now; ask for it again with what it was made from",
        "이번에는 아무것도 보내지 않았습니다. 원래 재료로 다시 요청하세요",
    ),
    "journal.moved": (
        "the home folder cannot hold a journal ({kind}): it is kept in {path} and copied home",
        "홈 폴더에는 저널을 둘 수 없어 ({kind}) {path}에 두고 홈에 복사합니다",
    ),
    "journal.newer": (
        "the journal was written by a newer generor_nb (format {version}; this one knows {known})",
        "더 새로운 generor_nb가 쓴 저널입니다 (형식 {version}, 이 버전은 {known}까지 읽습니다)",
    ),
    "journal.newer.hint": (
        "update generor_nb: pip install -U generor_nb",
        "업데이트: pip install -U generor_nb",
    ),
    # --- the typed client ---
    "path.bad": ('{name} cannot be "{value}"', '{name}에 "{value}"을(를) 쓸 수 없습니다'),
    "path.bad.hint": ("give the name or the id itself", "이름이나 번호를 그대로 쓰세요"),
    "id.bad": ('{name} is a number, not "{value}"', '{name}은(는) "{value}"이(가) 아니라 숫자입니다'),
    "id.bad.hint": ("use the id as the API gives it", "API가 준 번호를 쓰세요"),
    "address.bad": (
        "what was given makes no web address: it is too long, or holds half a character",
        "주어진 값으로 주소를 만들 수 없습니다. 너무 길거나 잘린 문자가 있습니다",
    ),
    "address.bad.hint": ("mend it; nothing was sent", "고치세요. 아무것도 보내지 않았습니다"),
    "text.empty": ("{name} is empty", "{name}이(가) 비어 있습니다"),
    "text.empty.hint": ("give it some text; nothing was sent", "내용을 쓰세요. 아무것도 보내지 않았습니다"),
    "nothing.new": ("there is nothing to change", "바꿀 내용이 없습니다"),
    "nothing.new.hint": ("give at least one of: {names}", "다음 중 하나 이상을 주세요: {names}"),
    "key.needed": ("{call} needs an API key", "{call}에는 API 키가 필요합니다"),
    "key.needed.hint": (
        "make the client with key=gn.Secret(…), or set GENEROR_API_KEY",
        "key=gn.Secret(…)로 클라이언트를 만들거나 GENEROR_API_KEY를 설정하세요",
    ),
    "key.plain": ("a key is given as a Secret", "키는 Secret으로 줍니다"),
    "key.plain.hint": (
        "write key=gn.Secret(…), so that it shows in no traceback",
        "오류 기록에 보이지 않도록 key=gn.Secret(…)로 쓰세요",
    ),
    "scopes.none": (
        "a key without scopes may do everything, spending included",
        "범위가 없는 키는 결제를 포함해 모든 것을 할 수 있습니다",
    ),
    "scopes.none.hint": (
        "name its scopes (read, write, generate), or say full_access=True",
        "범위(read, write, generate)를 정하거나 full_access=True라고 하세요",
    ),
    "scopes.both": (
        "scopes and full_access exclude each other",
        "scopes와 full_access는 함께 쓸 수 없습니다",
    ),
    "scopes.both.hint": ("keep one of them", "하나만 남기세요"),
    "once.hint": (
        "it may have been done all the same: look ({call}) before you repeat it",
        "이미 처리되었을 수 있습니다. 다시 하기 전에 확인하세요 ({call})",
    ),
    "once.key.hint": (
        "a key may exist now, and nobody knows it: find it with client.api_keys.list() and revoke it",
        "아무도 모르는 키가 생겼을 수 있습니다. client.api_keys.list()로 찾아 폐기하세요",
    ),
    "pages.endless": (
        "the server says that there is more, and sends the same rows again",
        "서버가 더 있다고 하면서 같은 행을 다시 보냅니다",
    ),
    "pages.endless.hint": ("take single pages: await the list", "목록을 await하여 한 쪽씩 받으세요"),
    "option.seconds": ("{name} cannot be {value}", "{name}에 {value}을(를) 쓸 수 없습니다"),
    "option.seconds.hint": ("use a number of seconds above 0", "0보다 큰 초를 쓰세요"),
    "client.base": (
        "a base URL belongs to generor, not to the studio in this process",
        "base_url은 이 프로세스의 스튜디오가 아니라 generor에 씁니다",
    ),
    "client.base.hint": (
        'leave out provider="studio", or base_url',
        'provider="studio"나 base_url 중 하나를 빼세요',
    ),
    "client.closed": ("this client is closed", "닫힌 클라이언트입니다"),
    "client.closed.hint": ("make a new one: gn.AsyncClient()", "새로 만드세요: gn.AsyncClient()"),
    # --- keys and settings ---
    "key.missing": (
        "the provider {provider} needs an API key and none was found",
        "{provider}에는 API 키가 필요한데 찾지 못했습니다",
    ),
    "key.missing.hint": (
        "set {env} before starting Jupyter, or use the studio: --provider studio",
        "Jupyter를 시작하기 전에 {env}를 설정하거나 스튜디오를 쓰세요: --provider studio",
    ),
    "key.prompt": ("{provider} API key (not shown): ", "{provider} API 키 (표시되지 않음): "),
    "login.keyless": ("{provider} needs no key", "{provider}에는 키가 필요 없습니다"),
    "login.keyless.hint": ("use it as it is", "그대로 쓰세요"),
    "login.unattended": ("nobody is here to type a key", "키를 입력할 사람이 없습니다"),
    "login.done": (
        "Welcome, {account}. The key of {provider} is kept in {path}, readable by you alone.",
        "{account}님, 환영합니다. {provider} 키는 본인만 읽을 수 있는 {path}에 보관합니다.",
    ),
    "logout.done": ("The key is forgotten.", "키를 지웠습니다."),
    "logout.none": ("There was no key to forget.", "지울 키가 없었습니다."),
    "key.typed": (
        "this cell holds something that looks like an API key",
        "이 셀에 API 키처럼 보이는 것이 있습니다",
    ),
    "key.typed.hint": (
        "nothing was sent: remove it, make a new key, and set GENEROR_API_KEY outside the notebook",
        "아무것도 보내지 않았습니다. 지우고 새 키를 만든 뒤 노트북 밖에서 GENEROR_API_KEY를 설정하세요",
    ),
    "key.demo": (
        "no key is taken here: GENEROR_DEMO is set",
        "여기서는 키를 받지 않습니다(GENEROR_DEMO)",
    ),
    "key.demo.hint": (
        "other people may read what is typed here; everything works on the studio, and with your key on your own machine",
        "여기 입력한 것은 다른 사람이 볼 수 있습니다. 스튜디오로 모두 써 보고, 키는 자신의 컴퓨터에서 쓰세요",
    ),
    "key.readable": ("others can read {path}", "다른 사용자가 {path}을(를) 읽을 수 있습니다"),
    "key.readable.hint": ("make it yours alone: chmod 600 {path}", "혼자만 읽게 하세요: chmod 600 {path}"),
    "key.from": ("key from {source}", "키 출처: {source}"),
    "key.none.needed": ("no key needed", "키가 필요 없음"),
    "setting.bad": (
        'the setting {name} cannot be "{value}" (from {source})',
        '설정 {name}에 "{value}"을(를) 쓸 수 없습니다 ({source})',
    ),
    "setting.bad.hint": ("use: {right}", "사용 가능: {right}"),
    "setting.language": ("en or ko", "en 또는 ko"),
    "setting.switch": ("on or off", "on 또는 off"),
    "setting.amount": ("a number of credits, 0 or more", "0 이상의 크레딧 수"),
    "setting.folder": (
        "an absolute path: results must be found again from every folder",
        "절대 경로(어느 폴더에서든 결과를 다시 찾을 수 있어야 합니다)",
    ),
    "setting.address": (
        "an https address (plain http only on 127.0.0.1)",
        "https 주소(127.0.0.1에서만 http 가능)",
    ),
    "setting.is.provider": (
        "Where to generate: generor, gptimage2, images-create, grok-imagine or studio.",
        "어디에서 만들지: generor, gptimage2, images-create, grok-imagine, studio.",
    ),
    "setting.is.base_url": ("Generor's base address.", "Generor의 기본 주소."),
    "setting.is.gptimage2_base_url": ("The base address of gptimage2.", "gptimage2의 기본 주소."),
    "setting.is.images_create_base_url": (
        "The base address of images-create, which has none of its own.",
        "images-create의 기본 주소. 정해진 주소가 없습니다.",
    ),
    "setting.is.grok_imagine_base_url": ("The base address of grok-imagine.", "grok-imagine의 기본 주소."),
    "setting.is.max_credits": ("Credits at most per day.", "하루에 쓸 수 있는 크레딧."),
    "setting.is.session_credits": (
        "Credits at most per session, on a real account.",
        "실제 계정에서 한 세션에 쓸 수 있는 크레딧.",
    ),
    "setting.is.confirm_first": (
        "Ask before the first paid call of a session on a real account: on or off.",
        "실제 계정에서 세션의 첫 유료 요청 전에 물을지: on 또는 off.",
    ),
    "setting.is.confirm_above": (
        "Ask before any call above this many credits on a real account.",
        "실제 계정에서 이보다 많은 크레딧이 드는 요청 전에 묻습니다.",
    ),
    "setting.is.out": ("Folder for the readable copies of results.", "결과 사본을 둘 폴더."),
    "setting.is.progress": ("Live progress in cells: on or off.", "셀에 진행 상황 표시: on 또는 off."),
    "setting.is.language": ("en or ko; the locale's otherwise.", "en 또는 ko. 없으면 로캘을 따릅니다."),
    "setting.is.home": (
        "Folder of the journal and the originals.",
        "기록과 원본 파일을 두는 폴더.",
    ),
    "setting.file": ("{path} cannot be read: {error}", "{path}을(를) 읽을 수 없습니다: {error}"),
    "setting.file.hint": ("mend it or move it away", "고치거나 옮기세요"),
    "extra.missing": (
        "{what} needs an extra that is not installed",
        "{what}에 필요한 추가 구성이 설치되지 않았습니다",
    ),
    "extra.missing.hint": (
        "install it: pip install 'generor_nb[{extra}]'",
        "설치: pip install 'generor_nb[{extra}]'",
    ),
    # --- %generor ---
    "sub.unknown": ('there is no %generor "{name}"', '%generor "{name}"은(는) 없습니다'),
    "sub.extra": (
        '%generor {name} does not take "{word}"',
        '%generor {name}에 "{word}"을(를) 쓸 수 없습니다',
    ),
    "sub.extra.hint": ("write: %generor {usage}", "형식: %generor {usage}"),
    "status.columns": (
        "provider|address|key|account|credits left|requests",
        "제공자|주소|키|계정|남은 크레딧|요청",
    ),
    "status.untold": ("not told", "알 수 없음"),
    "status.silent": ("no answer within {seconds} s", "{seconds}초 안에 응답 없음"),
    "generators.columns": ("slug|title|makes|description", "이름|제목|종류|설명"),
    "generators.none": (
        "No generator matches. List all with: %generor generators",
        "맞는 생성기가 없습니다. 전체: %generor generators",
    ),
    "models.columns": ("id|name|type|credits|ratios|description", "번호|이름|유형|크레딧|비율|설명"),
    "config.columns": ("setting|value|from", "설정|값|출처"),
    "config.computed": ("(not set)", "(없음)"),
    "history.columns": (
        "operation|when|state|provider|generator|model|estimated|charged|take|prompt",
        "작업|시각|상태|제공자|생성기|모델|예상|청구|번째|프롬프트",
    ),
    "history.none": ("Nothing was found.", "찾은 것이 없습니다."),
    "history.empty": ("Nothing was made yet.", "아직 만든 것이 없습니다."),
    "history.bad": ('history cannot show "{value}"', '기록을 "{value}"개 볼 수 없습니다'),
    "history.bad.hint": (
        "use a number of operations, e.g. %generor history 20",
        "작업 수를 쓰세요. 예: %generor history 20",
    ),
    # --- spend, teams, gallery ---
    "spend.today": ("today {credits}", "오늘 {credits}"),
    "spend.days": ("last {days} days {credits}", "최근 {days}일 {credits}"),
    "spend.none": (
        "Nothing was spent in the last {days} days.",
        "최근 {days}일 동안 쓴 것이 없습니다.",
    ),
    "spend.day": ("day", "날짜"),
    "spend.model": ("model", "모델"),
    "spend.type": ("type", "유형"),
    "spend.by.day": ("Credits by day", "일별 크레딧"),
    "spend.by.model": ("Credits by model", "모델별 크레딧"),
    "spend.by.type": ("Credits by type", "유형별 크레딧"),
    "spend.most": ("most: {credits} on {day}", "최고 {day}: {credits}"),
    "spend.rest": ("{count} others", "그 외 {count}개"),
    "spend.striped": ("not settled, at most", "정산되지 않음, 최대"),
    "spend.numbers": ("The numbers as tables", "표로 보기"),
    "spend.columns": ("charged|operations", "청구|작업"),
    "spend.open": ("not settled, up to", "미정리, 최대"),
    "spend.record": ("whole account", "계정 전체"),
    "spend.unclear.one": (
        "1 operation unclear, up to {credits}, not in the sums: %generor recover",
        "불분명한 작업 1개, 최대 {credits}, 합계에서 제외: %generor recover",
    ),
    "spend.unclear.many": (
        "{count} operations unclear, up to {credits}, not in the sums: %generor recover",
        "불분명한 작업 {count}개, 최대 {credits}, 합계에서 제외: %generor recover",
    ),
    "spend.running.one": (
        "1 operation under way, up to {credits}, not in the sums",
        "진행 중인 작업 1개, 최대 {credits}, 합계에서 제외",
    ),
    "spend.running.many": (
        "{count} operations under way, up to {credits}, not in the sums",
        "진행 중인 작업 {count}개, 최대 {credits}, 합계에서 제외",
    ),
    "spend.unknown.one": (
        "1 operation of which the server did not say the charge, up to {credits}, not in the sums",
        "서버가 청구액을 알리지 않은 작업 1개, 최대 {credits}, 합계에서 제외",
    ),
    "spend.unknown.many": (
        "{count} operations of which the server did not say the charge, up to {credits}, not in the sums",
        "서버가 청구액을 알리지 않은 작업 {count}개, 최대 {credits}, 합계에서 제외",
    ),
    "spend.lost.one": (
        "1 operation brought nothing and counts as charged: {credits}, in the sums",
        "결과 없이 청구된 것으로 셈한 작업 1개: {credits}, 합계에 포함",
    ),
    "spend.lost.many": (
        "{count} operations brought nothing and count as charged: {credits}, in the sums",
        "결과 없이 청구된 것으로 셈한 작업 {count}개: {credits}, 합계에 포함",
    ),
    "spend.record.trouble": (
        "The account's own record could not be read: {what}",
        "계정의 기록을 읽지 못했습니다: {what}",
    ),
    "spend.record.cut": (
        "The account's own record was read for the days after {day} only.",
        "계정의 기록은 {day} 이후만 읽었습니다.",
    ),
    "spend.account.unknown": (
        "The account could not be asked for: this is what all accounts spent at {place} from here.",
        "계정을 확인하지 못해 여기에서 {place}에 쓴 모든 계정의 합계입니다.",
    ),
    "spend.by": ('spending cannot be shown by "{value}"', '"{value}"별로 볼 수 없습니다'),
    "spend.by.hint": (
        "use one of: {values}, and a number of days if you like",
        "다음 중에서 고르세요: {values}. 일수도 쓸 수 있습니다",
    ),
    "days.bad": ("days cannot be {value}", "일수에 {value}을(를) 쓸 수 없습니다"),
    "days.bad.hint": ("use a whole number from 1 to {top}", "1부터 {top} 사이의 정수를 쓰세요"),
    "teams.columns": ("id|team|your role|members", "번호|팀|내 역할|구성원"),
    "teams.none": (
        "You are in no team. Make one with: await gn.AsyncClient().teams.create(name)",
        "속한 팀이 없습니다. 만들기: await gn.AsyncClient().teams.create(이름)",
    ),
    "teams.members": ("user|role|joined", "사용자|역할|가입"),
    "teams.members.none": ("The server names no members.", "서버가 구성원을 알리지 않습니다."),
    "teams.bad": ('"{word}" is no team', '"{word}"은(는) 팀이 아닙니다'),
    "teams.bad.hint": (
        "use the number of one of your teams: %generor teams",
        "내 팀의 번호를 쓰세요: %generor teams",
    ),
    "teams.invite": (
        "Invite code of {team}: {code}\nWhoever has it can join, and it is in this notebook now.",
        "{team} 초대 코드: {code}\n코드를 가진 누구나 가입할 수 있고, 이제 이 노트북에 남아 있습니다.",
    ),
    "teams.invite.none": (
        "the server does not tell you this team's invite code",
        "서버가 이 팀의 초대 코드를 알리지 않습니다",
    ),
    "teams.invite.none.hint": ("ask the team's owner for it", "팀 소유자에게 물어보세요"),
    "gallery.unknown": ('there is no gallery "{word}"', '"{word}" 갤러리가 없습니다'),
    "gallery.team": ("which team?", "어느 팀인가요?"),
    "gallery.team.hint": (
        "write e.g. %generor gallery team 7 (gn.gallery(team=7)); your teams: %generor teams",
        "예: %generor gallery team 7 (gn.gallery(team=7)). 내 팀: %generor teams",
    ),
    "gallery.head.mine": ("my creations", "내 창작물"),
    "gallery.head.public": ("everybody's public creations", "모두의 공개 창작물"),
    "gallery.head.feed": ("from people I follow", "팔로우한 사람들의 창작물"),
    "gallery.head.team": ("of team {what}", "{what}번 팀의 창작물"),
    "gallery.head.generator": ("public creations of {what}", "{what}의 공개 창작물"),
    "gallery.head.local": ("made from this computer", "이 컴퓨터에서 만든 창작물"),
    "gallery.listless": ("{provider} lists no creations", "{provider}은(는) 창작물 목록이 없습니다"),
    "gallery.local.hint": (
        'what was made from here is there all the same: gn.gallery("local")',
        '여기에서 만든 것은 볼 수 있습니다: gn.gallery("local")',
    ),
    "gallery.fileless": ("it has no file that could be shown", "보여 줄 파일이 없습니다"),
    "gallery.fileless.hint": ("look at something else", "다른 것을 보세요"),
    "gallery.large": ("the file is larger than {most} MB", "파일이 {most} MB보다 큽니다"),
    "gallery.large.hint": ("save it instead", "대신 저장하세요"),
    "gallery.gone": ("its file is no longer on this computer", "파일이 이 컴퓨터에 없습니다"),
    "gallery.gone.hint": ("a rerun of its cell fetches it again", "셀을 다시 실행하면 다시 받습니다"),
    "gallery.of": ("{shown} of {total}", "{total}개 중 {shown}개"),
    "gallery.page": ("page {page}", "{page}쪽"),
    "gallery.more": ("There are more: .more() is the next page.", "더 있습니다: .more()가 다음 쪽입니다."),
    "gallery.none": ("Nothing here.", "아무것도 없습니다."),
    "gallery.columns": (
        "id|generator|model|by|when|seen by|prompt",
        "번호|생성기|모델|만든 이|시각|공개|프롬프트",
    ),
    "gallery.unseen": ("{kind}: not shown here", "{kind}: 여기에 표시하지 않음"),
    # --- sweeps ---
    "sweep.columns": ("charged|file", "청구|파일"),
    "sweep.empty": ("the axis {name} is empty", "{name} 축이 비어 있습니다"),
    "sweep.empty.hint": ("give it at least one value, or leave it out", "값을 하나 이상 주거나 빼세요"),
    "sweep.ask": ("{count} requests, ≈ {credits} in all", "요청 {count}개, 모두 약 {credits}"),
    # --- comparisons ---
    "compare.count": ("{count} is no number of requests to compare", "요청 {count}개는 비교할 수 없습니다"),
    "compare.count.hint": (
        'name from 2 to {most}: models=["…", "…"], or a list for a setting',
        '2개에서 {most}개까지 주세요: models=["…", "…"] 또는 설정에 목록',
    ),
    "compare.same": ("two of these are the same request", "이 중 둘은 같은 요청입니다"),
    "compare.same.hint": (
        "leave one out, or give it another setting; nothing was sent",
        "하나를 빼거나 다른 설정을 주세요. 아무것도 보내지 않았습니다",
    ),
    "compare.estimate": ("estimated", "예상"),
    "sweep.stopped": (
        "Stopped: {made} of {count} made. What was sent goes on.",
        "멈췄습니다. {count}개 중 {made}개를 만들었고, 이미 보낸 것은 계속됩니다.",
    ),
    "sweep.stopped.hint": (
        "Run it again to go on: what was made or sent costs nothing more, and the rest is priced first.",
        "다시 실행하면 이어서 만듭니다. 만들었거나 보낸 것은 추가 비용이 없고, 나머지는 먼저 가격을 보여 줍니다.",
    ),
    "sweep.made": ("{made} of {count} made", "{count}개 중 {made}개 완료"),
    "compare.making": ("making {number} of {count}", "{count}개 중 {number}번째 만드는 중"),
    "compare.columns": ("what|charged|took|file", "대상|청구|시간|파일"),
    "compare.replayed": ("0 credits now (was {charge})", "지금 0 크레딧 (당시 {charge})"),
    "compare.blind": (
        "Names and prices are hidden until you vote.",
        "투표할 때까지 이름과 가격을 숨깁니다.",
    ),
    "compare.choice": ("your choice", "선택"),
    "compare.place": ('there is no "{place}" to vote for', '"{place}"에 투표할 수 없습니다'),
    "compare.closed": ("this vote is over", "이 투표는 끝났습니다"),
    "compare.closed.hint": (
        "again() shuffles and opens another round",
        "again()으로 순서를 섞어 다시 투표할 수 있습니다",
    ),
    "compare.winner": ("You chose {name}.", "{name}을(를) 골랐습니다."),
    "compare.tie": ("You saw no difference.", "차이가 없다고 했습니다."),
    "compare.stand": ("{votes} votes so far: {stand}", "지금까지 {votes}표: {stand}"),
    # --- the doctor, and the search for keys ---
    "doctor.columns": ("what|state|seen|what to do", "항목|상태|내용|할 일"),
    "doctor.ok": ("fine", "정상"),
    "doctor.note": ("to know", "참고"),
    "doctor.mend": ("mend this", "고칠 것"),
    "doctor.versions": ("versions", "버전"),
    "doctor.install": ("pip install {names}", "설치: pip install {names}"),
    "doctor.extras": ("extras", "추가 구성"),
    "doctor.extra": ("extra {name}", "추가 구성 {name}"),
    "doctor.there": ("installed", "설치됨"),
    "doctor.extra.missing": ("not installed: {names}", "설치되지 않음: {names}"),
    "doctor.settings": ("settings", "설정"),
    "doctor.settings.none": ("all at their defaults", "모두 기본값"),
    "doctor.keys": ("keys", "키"),
    "doctor.key": ("key of {provider}", "{provider} 키"),
    "doctor.key.none": ("none found", "없음"),
    "doctor.key.hint": (
        "only if you have an account there: set {variable}, or %generor login {provider}",
        "계정이 있을 때만: 환경 변수 {variable}에 키를 넣거나 %generor login {provider}",
    ),
    "doctor.journal": ("journal", "저널"),
    "doctor.journal.whole": ("{count} requests, whole, in {path}", "요청 {count}개, 온전함, 위치 {path}"),
    "doctor.journal.hint": (
        "copy {path} somewhere safe first; then: sqlite3 FILE .recover",
        "먼저 {path}을(를) 안전한 곳에 복사한 뒤: sqlite3 FILE .recover",
    ),
    "doctor.open": ("open requests", "끝나지 않은 요청"),
    "doctor.open.told": ("{count} not finished or unclear", "{count}개가 끝나지 않았거나 불분명합니다"),
    "doctor.open.hint": (
        "generor-nb recover (or %generor recover): free, and it never sends anything again",
        "generor-nb recover 또는 %generor recover: 무료이며 다시 보내지 않습니다",
    ),
    "doctor.disk": ("disk", "디스크"),
    "doctor.disk.free": ("{gigabytes} GB free at {path}", "{path}에 {gigabytes} GB 남음"),
    "doctor.disk.hint": (
        "make room, or move the home: GENEROR_HOME=/a/larger/place",
        "공간을 비우거나 홈을 옮기세요: GENEROR_HOME=/더/큰/곳",
    ),
    "doctor.front": ("front end", "화면"),
    "doctor.colab": ("widgets come through Colab's own manager", "위젯은 Colab의 관리자로 보입니다"),
    "doctor.colab.hint": (
        "if a form stays empty: from google.colab import output; output.enable_custom_widget_manager()",
        "폼이 비어 있으면: from google.colab import output; output.enable_custom_widget_manager()",
    ),
    "doctor.vscode": ("VS Code fetches the widgets' frame itself", "VS Code는 위젯 틀을 직접 받아옵니다"),
    "doctor.vscode.hint": (
        'if a form stays empty: set "jupyter.widgetScriptSources": ["jsdelivr.com", "unpkg.com"] in its settings',
        '폼이 비어 있으면 설정에 "jupyter.widgetScriptSources": ["jsdelivr.com", "unpkg.com"]를 넣으세요',
    ),
    "doctor.no.lab": ("no Jupyter in this environment", "이 환경에 Jupyter가 없습니다"),
    "doctor.lab.there": (
        "the widgets' parts are where JupyterLab looks",
        "위젯 구성 요소가 JupyterLab이 찾는 곳에 있습니다",
    ),
    "doctor.lab.missing": (
        "JupyterLab would not find the front-end part of: {names}",
        "JupyterLab이 화면 구성 요소를 찾지 못합니다: {names}",
    ),
    "doctor.lab.hint": (
        "in the environment JupyterLab runs in: pip install --force-reinstall {names}; then reload the page",
        "JupyterLab이 도는 환경에서: pip install --force-reinstall {names}. 그 뒤 페이지를 새로 고치세요",
    ),
    "doctor.reach": ("reachability", "연결"),
    "doctor.provider": ("{provider} answers", "{provider} 응답"),
    "doctor.answers": ("in {seconds} s", "{seconds}초 만에"),
    "doctor.unattended": ("unattended", "사람 없음"),
    "doctor.unattended.hint": (
        "when that is wanted, set a cap: --max-credits N, or GENEROR_MAX_CREDITS",
        "쓰려면 한도를 정하세요: --max-credits N 또는 GENEROR_MAX_CREDITS",
    ),
    "doctor.unattended.told": (
        "nobody can be asked here, so nothing is spent on a real account without a cap",
        "물어볼 사람이 없으므로 한도 없이는 실제 계정에서 쓰지 않습니다",
    ),
    "scan.place.cell": ("cell {number}, {part}", "셀 {number}, {part}"),
    "scan.place.metadata": ("metadata", "메타데이터"),
    "scan.coded": ("your key, in base64", "내 키 (base64)"),
    "scan.none": ("No key in {count} notebooks.", "노트북 {count}개에 키가 없습니다."),
    "scan.some": (
        "Keys found: {found}, in {count} notebooks. Whoever has a copy has the key: make a new one, delete the old one, then clean the notebooks.",
        "노트북 {count}개에서 키 {found}개를 찾았습니다. 사본을 가진 사람은 키를 가진 것입니다. 새 키를 만들고 옛 키를 지운 뒤 노트북을 정리하세요.",
    ),
    "scan.nothing": ("there is nothing at {path}", "{path}에 아무것도 없습니다"),
    "scan.nothing.hint": ("name a notebook or a folder", "노트북이나 폴더를 주세요"),
    "scan.unreadable": (
        "{path} is no notebook that can be read",
        "{path}은(는) 읽을 수 있는 노트북이 아닙니다",
    ),
    "scan.unreadable.hint": ("leave it out, or mend it: {error}", "빼거나 고치세요: {error}"),
    "cli.doctor": (
        "look at versions, keys, providers, the journal, the front end and the disk, and say what to do",
        "버전, 키, 제공자, 저널, 화면, 디스크를 살펴보고 할 일을 알려 줍니다",
    ),
    "cli.doctor.offline": ("ask no provider anything", "제공자에 묻지 않기"),
    "cli.scan": (
        "find keys that were left in notebooks; ends with 1 when there are any",
        "노트북에 남은 키 찾기. 있으면 1로 끝남",
    ),
    "cli.scan.paths": ("notebooks or folders (default: this folder)", "노트북이나 폴더 (기본: 이 폴더)"),
    # --- help: %%generate?, %generor? ---
    "help.cell": (
        "Make something with a generator; the prompt is the cell body.",
        "생성기로 만듭니다. 프롬프트는 셀 본문에 씁니다.",
    ),
    "help.cell.flow": (
        "You see the price first, then progress, then the result with what was charged.",
        "먼저 가격이, 이어서 진행 상황이, 마지막에 결과와 청구액이 보입니다.",
    ),
    "help.cell.again": (
        "Running the cell again pays nothing: the same request is replayed from disk.",
        "셀을 다시 실행해도 돈이 들지 않습니다. 같은 요청은 디스크에서 다시 보여 줍니다.",
    ),
    "help.cell.name": (
        "NAME receives the Result; so do _ and Out[n]. {{expression}} takes values from Python.",
        "NAME에 결과가 담깁니다(_와 Out[n]에도). {{expression}}으로 파이썬 값을 넣습니다.",
    ),
    "help.option.model": ("model by id or name; Tab shows prices", "모델(번호나 이름), Tab을 누르면 가격"),
    "help.option.count": ("how many, 1 to 10", "개수, 1~10"),
    "help.option.aspect": (
        "aspect ratio: 1:1, 3:4, 4:3, 16:9, 9:16",
        "가로세로 비율: 1:1, 3:4, 4:3, 16:9, 9:16",
    ),
    "help.option.seconds": ("length of a video", "동영상 길이(초)"),
    "help.option.set": ("a parameter of the generator (repeatable)", "생성기의 매개변수 (여러 번 가능)"),
    "help.option.image": (
        "a picture: an address, an earlier result's name, or a file",
        "그림: 주소, 앞선 결과의 이름, 파일 중 하나",
    ),
    "help.option.end_image": ("the picture a video ends on", "동영상의 마지막 그림"),
    "help.option.reference": (
        "a picture that [Image1] … speak of (repeatable)",
        "[Image1] … 이 가리키는 그림 (여러 번 가능)",
    ),
    "help.option.video": ("the video to edit or go on from", "고치거나 이어 갈 동영상"),
    "help.option.reference_video": ("a video to follow (repeatable)", "따라 할 동영상 (여러 번 가능)"),
    "help.option.audio": ("a sound to follow", "따라 할 소리"),
    "help.option.audio_track": ("a video with sound", "소리가 있는 동영상"),
    "help.option.no_audio_track": ("a video without sound", "소리가 없는 동영상"),
    "help.option.language": ("language of a text", "글의 언어"),
    "help.option.temperature": ("how freely a text is written, 0 to 2", "글을 얼마나 자유롭게 쓸지, 0~2"),
    "help.option.max_credits": (
        "refuse before sending when more could be charged",
        "이보다 더 청구될 수 있으면 보내지 않음",
    ),
    "help.option.dry_run": ("price only, nothing is sent", "가격만 보고 보내지 않음"),
    "help.option.again": ("pay for another sample of the same request", "같은 요청을 다시 사서 새 결과 받기"),
    "help.option.take": (
        "the same, rerunnable: the sample of this number",
        "위와 같되 다시 실행할 수 있음: 이 번호의 결과",
    ),
    "help.option.yes": ("spend without asking", "묻지 않고 쓰기"),
    "help.option.background": (
        "go on at once; NAME becomes a job (%generor jobs)",
        "기다리지 않고 계속, NAME은 작업이 됨 (%generor jobs)",
    ),
    "help.option.public": ("make the creation public; private otherwise", "공개로 만들기, 없으면 비공개"),
    "help.option.team": ("make it under this team", "이 팀으로 만들기"),
    "help.option.provider": (
        "where: generor, gptimage2, images-create, grok-imagine, studio",
        "만들 곳: generor, gptimage2, images-create, grok-imagine, studio",
    ),
    "help.option.out": ("folder for the files; outputs otherwise", "파일을 둘 폴더, 없으면 outputs"),
    "help.option.show_code": ("show the same call in Python", "같은 호출을 파이썬으로 보기"),
    "help.line": (
        "Look around; nothing here costs anything.",
        "둘러보기입니다. 여기서는 돈이 들지 않습니다.",
    ),
    "help.sub.status": (
        "providers, keys (never shown), credits left",
        "제공자, 키(보이지 않음), 남은 크레딧",
    ),
    "help.sub.login": ("keep a key in a file only you can read", "나만 읽을 수 있는 파일에 키 보관"),
    "help.sub.logout": ("forget it", "보관한 키 지우기"),
    "help.sub.balance": ("credits, following every spend", "쓸 때마다 따라 바뀌는 크레딧"),
    "help.sub.generators": ("what can be made", "만들 수 있는 것"),
    "help.sub.models": ("models with their prices", "모델과 가격"),
    "help.sub.config": ("every setting and where it comes from", "모든 설정과 그 출처"),
    "help.sub.history": ("the newest requests, and their charges", "최근 요청과 청구액"),
    "help.sub.jobs": (
        "what is being made, and what was in the last day",
        "만드는 중인 것과 지난 하루의 작업",
    ),
    "help.sub.spend": ("what was spent", "쓴 크레딧"),
    "help.sub.form": ("a form instead of a cell", "셀 대신 쓰는 폼"),
    "help.sub.gallery": ("creations, to look at", "만든 것 보기"),
    "help.sub.teams": ("your teams, or the members of one", "내 팀, 또는 한 팀의 구성원"),
    "help.sub.budget": ("the session's cap", "이 세션의 한도"),
    "help.sub.recover": (
        "finish what was paid for, list what is unclear",
        "결제된 것을 마무리하고 불분명한 것을 보여 줌",
    ),
    "help.sub.doctor": ("what may be wrong here, and how to mend it", "무엇이 문제인지, 어떻게 고칠지"),
    # --- the command line ---
    "cli.description": (
        "Generative media in notebooks, without fear of the bill.",
        "노트북에서 요금 걱정 없이 쓰는 생성 미디어.",
    ),
    "cli.demo": (
        "run the tour notebook on a fresh studio and write it as one HTML page",
        "투어 노트북을 새 스튜디오에서 실행해 HTML 한 장으로 저장",
    ),
    "cli.demo.out": (
        "folder for the page and the files (default: generor-demo)",
        "페이지와 파일을 둘 폴더 (기본: generor-demo)",
    ),
    "cli.demo.lab": (
        "open the tour in JupyterLab instead; further options go to JupyterLab",
        "대신 JupyterLab에서 투어 열기. 그 밖의 옵션은 JupyterLab에 전달",
    ),
    "cli.lab.root": (
        "JupyterLab does not start as root by itself: generor-nb demo --lab --allow-root",
        "root로는 JupyterLab이 그대로 시작되지 않습니다: generor-nb demo --lab --allow-root",
    ),
    "cli.serve": (
        "serve the studio over HTTP on 127.0.0.1 until stopped",
        "멈출 때까지 127.0.0.1에서 스튜디오를 HTTP로 제공",
    ),
    "cli.serve.port": ("port; 0 takes a free one (default: 8765)", "포트. 0이면 빈 포트 (기본: 8765)"),
    "cli.serve.home": ("folder of the studio's accounts and media", "스튜디오 계정과 미디어 폴더"),
    "cli.serve.tier": (
        "rate-limit tier of its account (default: free)",
        "계정의 요청 한도 등급 (기본: free)",
    ),
    "cli.serve.seed": (
        "first fill it with a small world: people, creations, comments, ratings, teams; repeating it is harmless",
        "먼저 사람, 창작물, 댓글, 평가, 팀이 있는 작은 세계로 채우기 (다시 해도 그대로)",
    ),
    "cli.serve.limits": ("lift the rate limits", "요청 한도 없애기"),
    "cli.serve.key": (
        "print one JSON line with the addresses of all APIs and a key for each when ready",
        "준비되면 모든 API의 주소와 키를 JSON 한 줄로 출력",
    ),
    "cli.serve.ready": (
        "The studio is at {url} (stop with Ctrl+C; --print-key shows an API key)",
        "스튜디오 주소: {url} (Ctrl+C로 멈춤, --print-key로 API 키 표시)",
    ),
    "cli.recover.one": ("show one operation", "작업 하나 보기"),
    "cli.recover.watch": ("look for its output again", "결과를 다시 찾기"),
    "cli.recover.write-off": ("give it up: it counts as charged", "포기하기 (청구된 것으로 셈)"),
    "cli.recover.pay-again": ("give it up and pay for it once more", "포기하고 다시 결제하기"),
    "cli.recover.take": ("fetch a creation of the inbox", "받은함의 창작물 받기"),
    "cli.recover": (
        "finish what was paid for and list what is unclear",
        "결제된 것을 마무리하고 불분명한 것을 나열",
    ),
    "serve.failed": (
        "the studio cannot be served on port {port}: {error}",
        "포트 {port}에서 스튜디오를 제공할 수 없습니다: {error}",
    ),
    "serve.failed.hint": (
        "choose another one: --port N (0 takes a free one)",
        "다른 포트를 고르세요: --port N (0이면 빈 포트)",
    ),
    "demo.failed": ("a cell of the tour failed: {error}", "투어의 셀이 실패했습니다: {error}"),
    "demo.failed.hint": ("run it with --lab to see the cell", "--lab으로 실행해 셀을 확인하세요"),
    "demo.done": (
        "{page}\n{creations} creations made, {credits} studio credits spent, {seconds} s",
        "{page}\n창작물 {creations}개, 스튜디오 크레딧 {credits} 사용, {seconds}초",
    ),
    # --- widgets ---
    "widget.form.go": ("Generate", "생성"),
    "widget.form.replay": ("Show it again", "다시 보기"),
    "widget.form.free": ("0 credits", "0 크레딧"),
    "widget.form.fresh": ("New sample", "새 샘플"),
    "widget.form.stop": ("Stop waiting", "기다리지 않기"),
    "widget.form.more": ("More settings", "추가 설정"),
    "widget.form.shortcut": ("Ctrl+Enter", "Ctrl+Enter"),
    "widget.form.progress": ("Progress", "진행"),
    "widget.form.missing": ("This is needed first.", "먼저 입력해야 합니다."),
    "widget.form.pricing": ("pricing…", "가격 계산 중…"),
    "widget.form.stale": ("the kernel is busy", "커널 사용 중"),
    "widget.form.sending": ("starting…", "시작하는 중…"),
    "widget.form.private_help": ("Only you can see it.", "나만 볼 수 있습니다."),
    "widget.form.public_help": ("Anybody can see it.", "누구나 볼 수 있습니다."),
    "widget.form.prompt": ("Prompt", "프롬프트"),
    "widget.form.model": ("Model", "모델"),
    "widget.form.count": ("How many", "개수"),
    "widget.form.aspect": ("Aspect ratio", "가로세로 비율"),
    "widget.form.public": ("Who can see it", "공개 범위"),
    "widget.form.private.option": ("Private", "비공개"),
    "widget.form.public.option": ("Public", "공개"),
    "widget.form.unset": ("Default", "기본값"),
    "widget.form.undo": ("Reset", "되돌리기"),
    "widget.form.quality": ("Quality", "품질"),
    "widget.form.amount": ("{amount} credits", "{amount} 크레딧"),
    "widget.form.old": ("may have changed", "바뀌었을 수 있음"),
    "widget.form.vary": ("Vary", "변형"),
    "widget.form.vary_help": ("Start from this picture", "이 그림에서 시작"),
    "widget.form.image": ("Picture", "이미지"),
    "widget.form.end_image": ("Last picture", "마지막 이미지"),
    "widget.form.reference": ("References", "참조 이미지"),
    "widget.form.video": ("Video", "동영상"),
    "widget.form.reference_video": ("Videos to follow", "참조 동영상"),
    "widget.form.audio": ("Sound to follow", "참조 소리"),
    "widget.form.seconds": ("Length", "길이"),
    "widget.form.audio_track": ("Sound", "소리"),
    "widget.form.sound.on": ("With sound", "소리 포함"),
    "widget.form.sound.off": ("Silent", "소리 없음"),
    "widget.form.team": ("Team", "팀"),
    "widget.form.no_team": ("None", "없음"),
    "widget.form.address": ("https://… or drop a file", "https://… 또는 파일 놓기"),
    "widget.form.earlier": ("Earlier", "이전 결과"),
    "widget.form.file": ("File…", "파일…"),
    "widget.form.remove": ("Remove {name}", "{name} 제거"),
    "widget.form.nothing": ("Nothing was made here yet.", "아직 만든 것이 없습니다."),
    "widget.form.bad_address": ("This is no address: https://…", "주소가 아닙니다: https://…"),
    "widget.form.no_upload": (
        "This provider takes addresses, no files: give an https address, or something made earlier.",
        "이 제공자는 파일이 아닌 주소만 받습니다: https 주소나 이전 결과를 쓰세요.",
    ),
    "widget.form.too_large": (
        "The file has {size} MB; {most} MB is the most.",
        "파일이 {size}MB입니다. 최대 {most}MB입니다.",
    ),
    "widget.form.presets": ("Presets", "프리셋"),
    "widget.form.presets_none": (
        "Keep these settings under a name, and load them in any notebook.",
        "이 설정을 이름으로 저장하고 어느 노트북에서나 불러오세요.",
    ),
    "widget.form.preset_name": ("Name", "이름"),
    "widget.form.preset_save": ("Save", "저장"),
    "widget.form.preset_drop": ("Forget {name}", "{name} 삭제"),
    "widget.form.code": ("As code", "코드로"),
    "widget.form.code_cell": ("Cell", "셀"),
    "widget.form.code_python": ("Python", "Python"),
    "widget.form.code_curl": ("curl", "curl"),
    "widget.form.copy": ("Copy", "복사"),
    "widget.form.copied": ("Copied.", "복사했습니다."),
    "widget.form.marked": ("Marked: press Ctrl+C.", "선택했습니다: Ctrl+C를 누르세요."),
    "widget.form.curl_note": (
        "Sent like this it is paid each time: no budget, no journal.",
        "이렇게 보내면 매번 결제됩니다: 예산도 기록도 없습니다.",
    ),
    "widget.chip.image": ("from a picture", "이미지에서"),
    "widget.chip.end_image": ("last picture", "마지막 이미지"),
    "widget.chip.reference": ("references", "참조 이미지"),
    "widget.chip.video": ("from a video", "동영상에서"),
    "widget.chip.reference_video": ("video references", "참조 동영상"),
    "widget.chip.audio": ("follows sound", "소리 참조"),
    "widget.chip.sound": ("sound", "소리"),
    "widget.badge.title": ("Price", "가격"),
    "widget.badge.again": ("Price again", "다시 계산"),
    "widget.badge.idle": ("nothing to price yet", "아직 계산할 것이 없습니다"),
    "widget.badge.stale": ("may have changed", "바뀌었을 수 있음"),
    "widget.badge.busy": ("the kernel is busy", "커널 사용 중"),
    "widget.price.second": ("{price} a second", "초당 {price}"),
    "widget.seconds.step": ("{time} s", "{time}초"),
    "widget.seconds.bad": (
        "{model} cannot make {value} seconds",
        "{model}은(는) {value}초를 만들 수 없습니다",
    ),
    "widget.seconds.hint": ("It makes: {values}", "만들 수 있는 길이: {values}"),
    "widget.preset.unknown": ("no preset is called {name!r}", "{name!r}이라는 프리셋이 없습니다"),
    "widget.preset.known": ("There is: {names}", "있는 프리셋: {names}"),
    "widget.preset.nameless": ("a preset needs a name", "프리셋에 이름이 필요합니다"),
    "widget.preset.nameless.hint": ("for instance: poster", "예: 포스터"),
    "widget.price.unknown": ("price unknown", "가격 알 수 없음"),
    "widget.time.seconds": ("about {time} s", "약 {time}초"),
    "widget.time.minutes": ("about {time} min", "약 {time}분"),
    "widget.price.short": (
        "{lacking} missing · needs {need}, {have} left",
        "{lacking} 부족 · {need} 필요, {have} 남음",
    ),
    "widget.price.running": ("0 credits · already being made", "0 크레딧 · 이미 만드는 중"),
    "widget.price.replay": ("0 credits · already made", "0 크레딧 · 이미 만든 결과"),
    "widget.run.start": ("starting…", "시작하는 중…"),
    "widget.run.waiting": ("waiting to be sent", "전송 대기 중"),
    "widget.run.sent": ("being made", "만드는 중"),
    "widget.run.storing": ("saving the files", "파일 저장 중"),
    "widget.run.done": ("done", "완료"),
    "widget.run.time": ("{text} · {elapsed} s", "{text} · {elapsed}초"),
    "widget.run.time.of": (
        "{text} · {elapsed} of about {expected} s",
        "{text} · {elapsed}초 / 약 {expected}초",
    ),
    "widget.run.stopped": (
        "Not waiting any more. It was sent and goes on: press the button later to see it, for 0 more.",
        "더 기다리지 않습니다. 이미 보냈고 계속되니 나중에 버튼을 누르면 추가 비용 없이 볼 수 있습니다.",
    ),
    "widget.run.cancelled": (
        "Stopped before anything was sent. Nothing was charged.",
        "보내기 전에 멈췄습니다. 청구되지 않았습니다.",
    ),
    "widget.run.confirm": (
        "{question} Press the button again to agree.",
        "{question} 동의하면 버튼을 다시 누르세요.",
    ),
    "widget.run.reprice": (
        "The price has changed. Press the button again to agree.",
        "가격이 바뀌었습니다. 동의하면 버튼을 다시 누르세요.",
    ),
    "widget.form.plain": ("{title} form · {model} · {price}", "{title} 폼 · {model} · {price}"),
    "widget.form.static": (
        "A form that needs a running kernel. The same from a cell:",
        "실행 중인 커널이 필요한 폼입니다. 셀에서는:",
    ),
    "widget.field.unknown": (
        "The form for {slug} has no field {name!r}",
        "{slug} 폼에는 {name!r} 항목이 없습니다",
    ),
    "widget.field.nearest": ("Did you mean: {names}?", "혹시: {names}?"),
    "widget.field.known": ("It has: {names}", "있는 항목: {names}"),
    "widget.value.bad": ("{name} cannot be {value!r}", "{name}에 {value!r}을(를) 쓸 수 없습니다"),
    "widget.key": ("this looks like an API key", "API 키처럼 보입니다"),
    "widget.value.flag": ("True or False", "True 또는 False"),
    "widget.unexpected": (
        "Something unexpected went wrong: {error}",
        "예상하지 못한 문제가 생겼습니다: {error}",
    ),
    "widget.ballot.title": ("Which is best?", "어느 것이 가장 좋은가요?"),
    "widget.ballot.choose": ("{place} is best", "{place} 선택"),
    "widget.ballot.tie": ("No difference", "차이 없음"),
    "widget.ballot.again": ("Shuffle and vote again", "섞어서 다시 투표"),
    "widget.ballot.sending": ("counting…", "집계 중…"),
    "widget.ballot.stale": (
        "the kernel is busy: not counted yet",
        "커널이 사용 중이라 아직 집계하지 않았습니다",
    ),
    "widget.ballot.static": (
        "to vote, run the cell again: it costs nothing",
        "투표하려면 셀을 다시 실행하세요. 비용이 들지 않습니다",
    ),
    # --- the gallery ---
    "widget.gallery.title": ("Gallery", "갤러리"),
    "widget.gallery.source": ("Where from", "어디에서"),
    "widget.gallery.search": ("Search prompts", "프롬프트 검색"),
    "widget.gallery.filters": ("Filters", "필터"),
    "widget.gallery.type": ("Type", "유형"),
    "widget.gallery.any": ("All", "전체"),
    "widget.gallery.image": ("Image", "이미지"),
    "widget.gallery.video": ("Video", "동영상"),
    "widget.gallery.audio": ("Sound", "소리"),
    "widget.gallery.text": ("Text", "글"),
    "widget.gallery.vector": ("Vector", "벡터"),
    "widget.gallery.generator": ("Generator", "생성기"),
    "widget.gallery.model": ("Model", "모델"),
    "widget.gallery.since": ("From", "시작일"),
    "widget.gallery.until": ("To", "종료일"),
    "widget.gallery.order": ("Order", "순서"),
    "widget.gallery.newest": ("Newest first", "최신순"),
    "widget.gallery.oldest": ("Oldest first", "오래된 순"),
    "widget.gallery.clear": ("Clear", "지우기"),
    "widget.gallery.reading": ("reading…", "읽는 중…"),
    "widget.gallery.silent": (
        "the kernel is busy: this goes on when it is free",
        "커널이 사용 중입니다. 끝나면 계속합니다",
    ),
    "widget.gallery.further": ("Look further", "더 찾기"),
    "widget.gallery.retry": ("Try again", "다시 시도"),
    "widget.gallery.close": ("Close", "닫기"),
    "widget.gallery.before": ("Previous", "이전"),
    "widget.gallery.after": ("Next", "다음"),
    "widget.gallery.loading": ("loading…", "불러오는 중…"),
    "widget.gallery.rating": ("Your rating", "내 평가"),
    "widget.gallery.picked": ("reference", "참조"),
    "widget.gallery.save": ("Save", "저장"),
    "widget.gallery.folder": ("Folder", "폴더"),
    "widget.gallery.keep": ("Keep it as it is", "그대로 두기"),
    "widget.exhibit.from.mine": ("My creations", "내 창작물"),
    "widget.exhibit.from.public": ("Everybody's", "모두의 공개 창작물"),
    "widget.exhibit.from.feed": ("People I follow", "팔로우한 사람들"),
    "widget.exhibit.from.local": ("Made from this computer", "이 컴퓨터에서 만듦"),
    "widget.exhibit.teams": ("Teams", "팀"),
    "widget.exhibit.generators": ("Everybody's, by generator", "모두의 공개 창작물, 생성기별"),
    "widget.exhibit.private": ("private", "비공개"),
    "widget.exhibit.counted": ("{shown} of {total}", "{total}개 중 {shown}개"),
    "widget.exhibit.found": ("{shown} so far", "지금까지 {shown}개"),
    "widget.exhibit.looked": ("{shown} found among {looked}", "{looked}개 중 {shown}개 찾음"),
    "widget.exhibit.none": ("Nothing here yet.", "아직 아무것도 없습니다."),
    "widget.exhibit.nofit": ("Nothing fits.", "맞는 것이 없습니다."),
    "widget.exhibit.fact.generator": ("Generator", "생성기"),
    "widget.exhibit.fact.model": ("Model", "모델"),
    "widget.exhibit.fact.by": ("By", "만든 이"),
    "widget.exhibit.fact.when": ("Made", "만든 때"),
    "widget.exhibit.fact.size": ("Pixels", "픽셀"),
    "widget.exhibit.fact.seen": ("Seen by", "공개 범위"),
    "widget.exhibit.fact.id": ("Number", "번호"),
    "widget.exhibit.seen.public": ("everybody", "모두"),
    "widget.exhibit.seen.private": ("only you", "나만"),
    "widget.exhibit.rating": ("{average} of 5, rated {count} times", "5점 중 {average}점, 평가 {count}회"),
    "widget.exhibit.unrated": ("not rated yet", "아직 평가 없음"),
    "widget.exhibit.pick": ("Use as reference", "참조로 쓰기"),
    "widget.exhibit.form": ("Open in a form", "폼에서 열기"),
    "widget.exhibit.publish": ("Make public", "공개하기"),
    "widget.exhibit.publish.ask": ("Everybody will be able to see it.", "누구나 볼 수 있게 됩니다."),
    "widget.exhibit.hide": ("Make private", "비공개로 바꾸기"),
    "widget.exhibit.delete": ("Delete", "삭제"),
    "widget.exhibit.delete.ask": (
        "Delete it? It cannot be brought back from here.",
        "삭제할까요? 여기에서는 되돌릴 수 없습니다.",
    ),
    "widget.exhibit.rated": ("rated {score} of 5", "5점 중 {score}점으로 평가함"),
    "widget.exhibit.now.public": ("public now", "이제 공개됨"),
    "widget.exhibit.now.private": ("private now", "이제 비공개"),
    "widget.exhibit.deleted": ("deleted", "삭제됨"),
    "widget.exhibit.picked": (
        "picked: gallery.selected is a reference, e.g. image=gallery.selected",
        "선택됨: gallery.selected를 참조로 쓸 수 있습니다. 예: image=gallery.selected",
    ),
    "widget.exhibit.formed": (
        "a form with this request is below the gallery",
        "이 요청의 폼이 갤러리 아래에 있습니다",
    ),
    "widget.exhibit.formed.partly": (
        "a form is below the gallery, with the prompt and model; other settings are not told",
        "프롬프트와 모델을 채운 폼이 갤러리 아래에 있습니다. 다른 설정은 알려지지 않았습니다",
    ),
    "widget.exhibit.left": ("(left out: {names})", "(제외: {names})"),
    "widget.exhibit.saved": ("saved as {path}", "저장됨: {path}"),
    "widget.exhibit.unsaved": ("it could not be saved in {folder}", "{folder}에 저장하지 못했습니다"),
    "widget.exhibit.unsaved.hint": (
        "is there room, and may you write there?",
        "공간과 쓰기 권한을 확인하세요",
    ),
    # --- the history ---
    "widget.history.title": ("History", "기록"),
    "widget.history.search": ("Search", "검색"),
    "widget.history.hint": ("words of the prompt, a model …", "프롬프트, 모델 등의 단어"),
    "widget.history.starred": ("Starred only", "별표만"),
    "widget.history.star": ("Star", "별표"),
    "widget.history.count": ("{shown} of {total}", "{total}개 중 {shown}개"),
    "widget.history.none": ("Nothing was found.", "찾은 것이 없습니다."),
    "widget.history.columns": ("Star|What|When|Credits|Again", "별표|내용|시각|크레딧|다시"),
    "widget.history.show": ("Show again · 0 credits", "다시 보기 · 0 크레딧"),
    "widget.history.price": ("Make it …", "만들기…"),
    "widget.history.pay": ("Make it · {price}", "만들기 · {price}"),
    "widget.history.offer": (
        "This was not made and nothing was charged. Press again to pay {price}.",
        "만들지 않았고 청구되지 않았습니다. 다시 누르면 {price}을(를) 씁니다.",
    ),
    "widget.history.busy": ("working…", "작업 중…"),
    "widget.history.stale": ("the kernel is busy", "커널이 사용 중입니다"),
    "widget.history.state.free": ("not made, not charged", "만들지 않음, 청구 없음"),
    "widget.history.state.running": ("under way", "진행 중"),
    "widget.history.state.unclear": ("unclear: %generor recover", "불분명: %generor recover"),
    "widget.history.state.lost": ("charged, nothing came", "청구되었지만 결과 없음"),
    "widget.history.static": (
        "search and run again need a running kernel",
        "검색과 다시 실행에는 실행 중인 커널이 필요합니다",
    ),
    # --- the balance ---
    "widget.balance.title": ("Credits", "크레딧"),
    "widget.balance.total": ("{amount} credits", "{amount} 크레딧"),
    "widget.balance.plain": ("{amount} {provider} credits", "{provider} 크레딧 {amount}"),
    "widget.balance.paid": ("paid", "구매"),
    "widget.balance.free": ("free", "무료"),
    "widget.balance.earned": ("earned", "획득"),
    "widget.balance.default": ("topped up", "충전"),
    "widget.balance.daily": ("daily", "일일"),
    "widget.balance.monthly": ("monthly", "월간"),
    "widget.balance.spent": ("{amount} since shown", "표시 이후 {amount}"),
    "widget.balance.charges": ("Last charges", "최근 청구"),
    "widget.balance.none": (
        "No credits are left: top up before you go on.",
        "크레딧이 없습니다. 계속하려면 충전하세요.",
    ),
    "widget.balance.short": (
        "Low: not enough for another at {amount} credits.",
        "부족: {amount} 크레딧짜리를 더 만들 수 없습니다.",
    ),
    "widget.balance.low": (
        "Low: enough for {count} more at {amount} credits.",
        "부족: {amount} 크레딧짜리 {count}개를 더 만들 수 있습니다.",
    ),
    "widget.balance.static": ("as of the last run", "마지막 실행 기준"),
}
