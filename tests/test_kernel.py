"""The cell in a real kernel: what it shows, what it sets, and that every failure fails the cell."""

import asyncio
import re
import threading
import time

import pytest
from faulty import faulty
from support import kernel, serve

pytestmark = pytest.mark.slow

KEY = "gnr_live_" + "ab" * 20


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernel")
    environ = {
        "GENEROR_HOME": str(folder / "home"),
        "GENEROR_PROVIDER": "studio",
        "GENEROR_LANGUAGE": "en",
        "IPYTHONDIR": str(folder / "ipython"),
    }
    with kernel(folder, environ) as running:
        assert running.run("%load_ext generor_nb\nimport generor_nb as gn").status == "ok"
        yield running


def real_account(folder, served, proxy):
    return {
        "GENEROR_HOME": str(folder / "home"),
        "GENEROR_PROVIDER": "generor",
        "GENEROR_BASE_URL": proxy.url,
        "GENEROR_API_KEY": served.key,
        "GENEROR_LANGUAGE": "en",
        "IPYTHONDIR": str(folder / "ipython"),
    }


@pytest.fixture(scope="module")
def attended(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attended")
    with (
        serve(folder / "served", "--no-rate-limits") as served,
        faulty(served.url) as proxy,
        kernel(folder, environ := real_account(folder, served, proxy), stdin=True) as running,
    ):
        running.run("%load_ext generor_nb\nimport generor_nb as gn")
        running.served, running.proxy, running.folder, running.environ = served, proxy, folder, environ
        proxy.flowing = threading.Event()
        proxy.flowing.set()
        forward = proxy._forward

        async def held(request):
            reply = await forward(request)
            while not proxy.flowing.is_set():
                await asyncio.sleep(0.01)
            return reply

        proxy._forward = held
        yield running


def test_a_cell_shows_exactly_one_output_and_sets_the_result(here):
    ran = here.run("%%generate image lighthouse --aspect 16:9\nA lighthouse in a storm")
    assert ran.status == "ok"
    assert len(ran.outputs) == 1
    assert ran.updates == []
    assert set(ran.outputs[0]) == {"text/plain", "text/html", "image/jpeg"}
    assert re.match(
        r"6 studio credits charged \(estimated 6\) · [\d,]+ left · [\d.]+ s · Flux Schnell · private",
        ran.text,
    )
    shown = here.run(
        "print(lighthouse is _, lighthouse.creations[0].path, lighthouse.image.size, len(lighthouse))"
    )
    assert shown.streams.startswith("True outputs/a-lighthouse-in-a-storm-")
    assert shown.streams.endswith(".webp (1024, 576) 1\n")


def test_out_holds_the_result(here):
    here.run("%%generate joke\ncats")
    ran = here.run("print(Out[max(Out)].text == _.text, type(_).__name__)")
    assert ran.streams == "True Result\n"


def test_a_rerun_is_replayed_for_nothing(here):
    before = here.run("%generor balance").text
    ran = here.run("%%generate image lighthouse --aspect 16:9\nA lighthouse in a storm")
    assert "replayed from disk: 0 credits" in ran.text
    assert here.run("%generor balance").text == before


def test_dry_run_sends_nothing_and_shows_the_price(here):
    ran = here.run("%%generate image nothing --count 2 --dry-run\nNever made")
    assert ran.text == "≈ 12 studio credits · about 2 s · Flux Schnell · private · studio"
    assert here.run("nothing").name == "NameError"
    assert "Never made" not in here.run("%generor history").text


def test_show_code_is_the_same_call_in_python(here):
    ran = here.run('%%generate image x --count 2 --set image-quality=fine --dry-run --show-code\nA "fox"')
    code = "x = gn.generate('image', 'A \"fox\"', count=2, settings={'image-quality': 'fine'})"
    assert ran.text.endswith(code)
    assert here.run(f"{code}; print(x.estimate)").status == "ok"


def test_public_is_said(here):
    assert "· public · studio" in here.run("%%generate joke --public --dry-run\ndogs").text
    assert "· private · studio" in here.run("%%generate joke --dry-run\ndogs").text


def test_values_come_from_python_in_one_pass(here):
    here.run("word, tricky, n = 'owl', '{{word}} {word}', 2")
    here.run("%%generate joke j --count {{n}}\n{{word.upper()}} and {{tricky}} and {single} and ${shell}")
    assert (
        here.run("print(j.prompt, len(j))").streams == "OWL and {{word}} {word} and {single} and ${shell} 2\n"
    )


def test_files_go_where_asked(here):
    here.run("%%generate joke j --out elsewhere\nbirds")
    assert here.run("print(j.path.parent, j.path.read_text() == j.text)").streams == "elsewhere True\n"


def test_a_generator_without_a_prompt_needs_no_body(here):
    ran = here.run("%%generate horoscope --set zodiac-sign=aries")
    assert ran.status == "ok", ran.error
    assert ran.streams == ""


def test_python_calls_work_inside_the_running_loop(here):
    assert here.run("print((await gn.agenerate('joke', 'rain')).charge)").streams == "1\n"
    assert here.run("print(gn.generate('joke', 'rain').replayed)").streams == "True\n"
    assert here.run("print(gn.estimate('image', 'rain', count=2).credits)").streams == "12\n"


@pytest.mark.parametrize(
    ("cell", "what", "hint"),
    [
        ("%%generate imag\nx", 'no generator "imag"', "image"),
        ("%%generate image --model 'Flux Snell'\nx", 'no model "Flux Snell"', "Flux Schnell"),
        ("%%generate image --model Flux Schnell\nx", '"Schnell" does not belong', '--model "Flux Schnell"'),
        ("%%generate image --set stile=noir\nx", 'no field "stile"', "image-style"),
        ("%%generate image --set image-quality=ultra\nx", 'cannot be "ultra"', "standard, fine"),
        ("%%generate image --set image-quality\nx", "has no value", "KEY=VALUE"),
        ("%%generate image --contu 2\nx", "no option --contu", "--count"),
        ("%%generate image --count\nx", "--count needs a value", "--count 2"),
        ("%%generate image --count two\nx", 'not "two"', "--count 2"),
        ("%%generate image --count 20\nx", "count 20", "1 to 10"),
        ("%%generate image --count 1 --count 2\nx", "given twice", "keep one"),
        ("%%generate image --aspect 5:4\nx", "5:4", "16:9"),
        ("%%generate image\na {{undefined_name}}", "{{undefined_name}} is not defined", "nothing was sent"),
        ("%%generate image\na {{1/0}}", "ZeroDivisionError", "nothing was sent"),
        ("%%generate image --max-credits 1\nx", "6 credits, the cap is 1", "--max-credits"),
        (
            "%%generate image --provider elsewhere\nx",
            "elsewhere",
            "generor, gptimage2, images-create, grok-imagine, studio",
        ),
        ("%%generate image --provider generor --max-credits 99\nx", "cannot be reached", "nothing was sent"),
        ("%%generate image 2fast\nx", "no variable name", "picture"),
        ("%%generate image 'x\nx", "quote is not closed", "close it"),
        ("%%generate image --again --take 2\nx", "exclude each other", "--take N"),
        ("%%generate\nx", "needs a generator", "%%generate image"),
        ("%%generate image\n ", "prompt is empty", "below"),
        (f"%%generate image\nuse {KEY}", "looks like an API key", "make a new key"),
        ("%generor statsu", 'no %generor "statsu"', "status"),
        ("%generor models vidoe", 'no model type "vidoe"', "video"),
        ("%generor status now", 'does not take "now"', "%generor status"),
        ("gn.generate('image', 'x', cuont=2)", "no option cuont", "count"),
    ],
)
def test_every_failure_fails_the_cell_in_two_lines(here, cell, what, hint):
    here.run(f"import os; os.environ['GENEROR_API_KEY'] = {KEY!r}")
    here.run("os.environ['GENEROR_BASE_URL'] = 'http://127.0.0.1:1/api/v1'")
    before = here.run("%generor history").text
    ran = here.run(cell)
    assert ran.status == "error"
    assert ran.outputs == []
    assert ran.streams == ""
    assert len(ran.error) <= 2
    assert what in ran.error[0]
    assert hint in ran.error[-1]
    assert KEY not in ran.everything
    assert here.run("%generor history").text == before


def test_what_config_says_counts_for_python_calls_too(here):
    here.run("%config GenerorMagics.out = 'configured'")
    assert here.run("print(gn.generate('joke', 'configured').path.parent)").streams == "configured\n"
    here.run("%config GenerorMagics.out = None")
    assert here.run("print(gn.generate('joke', 'unconfigured').path.parent)").streams == "outputs\n"


def test_a_setting_is_checked_when_it_is_made(here):
    ran = here.run("%config GenerorMagics.provider = 'openai'")
    assert "generor, gptimage2, images-create, grok-imagine, studio" in ran.everything
    assert here.run("%generor budget").status == "ok"


def test_the_session_budget_is_set_and_lifted(here):
    assert "Cap of this session: 0 credits" in here.run("%generor budget 0").text
    assert here.run("%%generate joke\nover the session's cap").name == "OverBudget"
    assert "no cap" in here.run("%generor budget none").text
    assert here.run("%generor budget abc").name == "InvalidRequest"


def test_look_around(here):
    for sub in (
        "status",
        "balance",
        "generators",
        "generators wall",
        "models",
        "models image",
        "config",
        "history",
    ):
        ran = here.run(f"%generor {sub}")
        assert ran.status == "ok", (sub, ran.error)
        assert "text/html" in ran.outputs[0]
    assert "wallart" in here.run("%generor generators wall").text
    assert "horoscope" not in here.run("%generor generators wall").text
    assert "10003" in here.run("%generor models image").text
    assert "from" in here.run("%generor config").text
    assert KEY not in here.run("%generor status").everything
    assert here.run("%generor recover").text == "Nothing is unresolved."


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%%generate ima", "image"),
        ("%%generate image --mod", "--model"),
        ("%%generate image --model fl", '"Flux Schnell"'),
        ('%%generate image --model "Flux S', '"Flux Schnell"'),
        ("%%generate image --aspect 16", "16:9"),
        ("%%generate image --set ", "image-quality="),
        ("%%generate image --set image-quality=", "image-quality=fine"),
        ("%generor bal", "balance"),
        ("%generor models ima", "image"),
    ],
)
def test_tab_completes(here, typed, offered):
    here.run("import os; os.environ['GENEROR_PROVIDER'] = 'studio'")
    here.client.complete(typed, len(typed))
    while True:
        reply = here.client.get_shell_msg(timeout=20)
        if reply["msg_type"] == "complete_reply":
            break
    assert offered in reply["content"]["matches"]


def test_models_are_completed_with_their_price(here):
    typed = "%%generate image --model "
    here.client.complete(typed, len(typed))
    while (reply := here.client.get_shell_msg(timeout=20))["msg_type"] != "complete_reply":
        pass
    kinds = {c["text"]: c["type"] for c in reply["content"]["metadata"]["_jupyter_types_experimental"]}
    assert kinds['"Flux Schnell"'] == "6\u00a0credits"


def test_help_teaches_by_example(here):
    asked = (
        "from IPython.core.oinspect import getdoc\nprint(getdoc(get_ipython().find_cell_magic('generate')))"
    )
    reply = here.run(asked).streams
    assert "%%generate image picture --aspect 16:9" in reply
    assert "--max-credits" in reply


def test_with_somebody_there_progress_is_live_and_then_replaced(attended):
    ran = attended.run("%%generate image live --yes\nA fox")
    assert ran.status == "ok", ran.error
    assert len(ran.outputs) == 1
    assert "<progress" in ran.outputs[0]["text/html"]
    assert "image/jpeg" in ran.updates[-1]
    assert "<progress" not in ran.updates[-1]["text/html"]


@pytest.fixture
def unopened(attended):
    """The kernel before its first request."""
    attended.run("from generor_nb import sessions; sessions.close()")
    return attended


def test_the_first_request_of_a_kernel_says_at_once_that_its_provider_is_opened(unopened):
    ran = unopened.run("%%generate image --yes\nThe first fox")
    assert ran.status == "ok", ran.error
    assert len(ran.outputs) == 1
    assert "opening generor, once for this kernel" in ran.outputs[0]["text/html"]
    assert "image/jpeg" in ran.updates[-1]
    again = unopened.run("%%generate image --yes\nThe second fox")
    assert "opening" not in again.outputs[0]["text/html"]


def test_a_first_request_that_is_not_sent_leaves_no_progress_behind(unopened):
    ran = unopened.run("%%generate nothing-of-the-kind\nA fox")
    assert ran.name == "InvalidRequest"
    assert ran.updates[-1] == {"text/plain": ""}


def test_the_price_takes_the_place_of_what_was_shown_while_the_provider_opened(unopened):
    ran = unopened.run("%%generate image --dry-run\nA fox for the price")
    assert len(ran.outputs) == 1
    assert "credits" in ran.updates[-1]["text/plain"]


def test_a_sweep_says_how_far_it_is(attended):
    ran = attended.run("swept = gn.sweep('joke', ['watched', 'pot'], yes=True, max_credits=100)")
    assert ran.status == "ok", ran.error
    said = [shown["text/plain"] for shown in (*ran.outputs, *ran.updates)]
    assert "making 1 of 2" in said[0]
    assert any("making 2 of 2" in line for line in said)
    assert "charged" in said[-1]
    assert attended.run("gn.sweep('joke', ['watched', 'pot'])[0].charge").outputs[0]["text/plain"] == "0"


def test_a_sweep_of_several_at_once_says_how_far_it_is(attended):
    ran = attended.run("gn.sweep('joke', ['many', 'hands', 'light'], parallel=2, yes=True, max_credits=100);")
    assert ran.status == "ok", ran.error
    said = [shown["text/plain"] for shown in (*ran.outputs, *ran.updates)]
    assert "0 of 3 made" in said[0]
    assert any(word in line for line in said[1:-1] for word in ("1 of 3 made", "2 of 3 made", "3 of 3 made"))
    assert "charged" in said[-1]


def test_a_question_is_asked_and_no_means_no(attended):
    attended.run("%config GenerorMagics.confirm_above = 5")
    before = len(attended.served.spends())
    attended.answers = ["n"]
    ran = attended.run("%%generate image\nAsked and refused")
    assert ran.name == "NeedsConfirmation"
    assert "nothing was charged" in ran.error[-1]
    assert len(attended.served.spends()) == before
    attended.answers = ["y"]
    assert attended.run("%%generate image\nAsked and refused").status == "ok"
    assert len(attended.served.spends()) == before + 1


def test_without_progress_somebody_who_is_there_is_asked_all_the_same(attended):
    attended.run("%config GenerorMagics.confirm_above = 5")
    attended.run("%config GenerorMagics.progress = False")
    try:
        attended.answers = ["y"]
        ran = attended.run("%%generate image\nAsked without progress")
    finally:
        attended.run("%config GenerorMagics.progress = True")
    assert ran.status == "ok", ran.error
    assert (len(ran.outputs), len(ran.updates)) == (1, 0)


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("402", "InsufficientCredits"),
        ("429", "RateLimited"),
        ("html", "OutcomeUnknown"),
        ("500", "OutcomeUnknown"),
    ],
)
def test_server_failures_fail_the_cell_in_two_lines(attended, mode, name):
    attended.proxy.mode, attended.proxy.retry_after = mode, 1
    attended.proxy.hides = {"/creations", "/credits/transactions"}
    ran = attended.run(f"%%generate image --yes\nServer says {mode}")
    attended.proxy.mode, attended.proxy.hides = "pass", set()
    assert ran.name == name
    assert len(ran.error) == 2
    assert "<script" not in ran.everything
    if mode == "402":
        assert "needs 80 credits, 12 left" in ran.error[0]
        assert "cheaper: " in ran.error[1]


def test_a_wrong_key_fails_the_cell_in_two_lines(attended):
    before = len(attended.served.spends())
    attended.run(f"import os; right = os.environ['GENEROR_API_KEY']; os.environ['GENEROR_API_KEY'] = {KEY!r}")
    ran = attended.run("%%generate image --yes\nWith a wrong key")
    attended.run("os.environ['GENEROR_API_KEY'] = right")
    assert ran.name == "Unauthorized"
    assert len(ran.error) == 2
    assert "GENEROR_API_KEY" in ran.error[1]
    assert len(attended.served.spends()) == before


def test_the_balance_follows_a_cell_and_a_call(attended):
    attended.run("b = gn.balance()")
    before = float(attended.run("print(b.total)").streams)
    attended.run("%%generate joke --yes\nfollow me")
    attended.run("gn.generate('joke', 'follow me too', yes=True)")
    deadline = time.monotonic() + 5
    while (
        now := float(attended.run("print(b.total)").streams)
    ) != before - 2 and time.monotonic() < deadline:
        pass
    assert now == before - 2 == attended.served.balance


def test_an_interrupt_ends_the_cell_while_the_request_goes_on_and_pays_once(attended):
    before = len(attended.served.spends())
    attended.proxy.flowing.clear()
    ident = attended.send("%%generate image slow --yes\nA slow tortoise")
    deadline = time.monotonic() + 10
    while len(attended.served.spends()) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    attended.interrupt()
    ran = attended.collect(ident)  # the answer is still held back
    assert ran.name == "Interrupted"
    assert re.search(r"Operation \w{8} is sent and goes on", ran.error[0])
    assert "Run the cell again" in ran.error[1]
    attended.proxy.flowing.set()
    again = attended.run("%%generate image slow --yes\nA slow tortoise")
    assert again.status == "ok"
    assert len(attended.served.spends()) == before + 1


def test_a_card_in_the_background_goes_on_while_other_cells_run(attended):
    attended.proxy.flowing.clear()
    left = attended.run("%%generate image slow --yes --background\nA slow snail")
    assert left.status == "ok", left.error
    assert "<progress" in left.outputs[0]["text/html"]
    assert attended.run("print(type(slow).__name__, slow is _, slow.done)").streams == "Job True False\n"
    assert "A slow snail" in attended.run("%generor jobs").text
    attended.proxy.flowing.set()
    during = attended.run(
        "import time\nuntil = time.monotonic() + 30\n"
        "while not slow.done and time.monotonic() < until:\n    time.sleep(0.05)\ntime.sleep(1)"
    )
    assert "image/jpeg" in during.updates[-1]
    assert attended.run("print(slow.result().charge, slow.state)").streams == "6 DONE\n"


def test_without_progress_a_job_shows_exactly_one_output(here):
    ran = here.run("%%generate joke later --background\nsnails")
    assert (ran.status, len(ran.outputs), ran.updates) == ("ok", 1, [])
    assert here.run("print(later.result().charge)").streams == "1\n"


def test_an_interrupt_before_anything_is_sent_charges_nothing(attended):
    before = len(attended.served.spends())
    attended.run(
        "import asyncio, generor_nb.providers.generor.provider as p\n"
        "held = p.Generor.estimate\nasync def slow(self, *a):\n    await asyncio.sleep(5)\n"
        "    return await held(self, *a)\np.Generor.estimate = slow"
    )
    ident = attended.send("%%generate image --yes\nNever sent")
    time.sleep(0.5)
    attended.interrupt()
    ran = attended.collect(ident)
    attended.run("p.Generor.estimate = held")
    assert ran.name == "Interrupted"
    assert ran.error == ["Stopped before anything was sent.", "Nothing was charged."]
    assert len(attended.served.spends()) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "restart"])
def test_the_cell_of_a_dead_kernel_is_taken_up_again_for_nothing_more(attended, how):
    before, cell = len(attended.served.spends()), f"%%generate image kept --yes\nA phoenix after {how}"
    attended.proxy.flowing.clear()
    sent = attended.proxy.generates
    with kernel(attended.folder, attended.environ, stdin=True) as first:
        first.run("%load_ext generor_nb")
        ident = first.send(cell)
        deadline = time.monotonic() + 20
        while attended.proxy.generates == sent and time.monotonic() < deadline:
            time.sleep(0.05)
        if how == "kill":
            first.manager.shutdown_kernel(now=True)
            first = attended
        else:
            first.manager.restart_kernel(now=False)
            first.client.wait_for_ready(timeout=30)
            first.run("%load_ext generor_nb")
        assert ident
        again = first.send(cell)
        time.sleep(1)
        attended.proxy.flowing.set()
        ran = first.collect(again)
        assert ran.status == "ok", ran.error
        assert "image/jpeg" in (ran.updates or ran.outputs)[-1]
        # A slow machine asks again only when it is finished: then it is a replay.
        assert first.run("print(kept.charge, len(kept))").streams in ("6 1\n", "0 1\n")
    assert (attended.proxy.generates, len(attended.served.spends())) == (sent + 1, before + 1)
