"""Matters that are no danger but want a fixed text beside the FAQ: own medicines, symptoms, bookings, identifiers.

Each row has the notice it calls for, where that stands, its pattern (RE2's syntax, on one sentence of a reading as in
`rules`, or on the raw message for personal details), a message that it finds and one that it must not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import re2

from bot.model import Place
from bot.safety.views import readings

# generic names, brands (US, UK) and everyday words for a medicine of one's own
_DRUG = (
    r"(?:meds?|medications?|medicines?|tablets?|pills?|antidepressants?|ssris?|snris?|maois?|benzos?"
    r"|mood stabili[sz]ers?|antipsychotics?|blood thinners?"
    r"|anticoagulants?|statins?|beta blockers?|blood pressure (?:pills?|tablets?|meds?|medicine|medication)"
    r"|painkillers?|birth control|the pill|hrt|steroids?|insulin"
    r"|prozac|fluoxetine|zoloft|sertraline|lexapro|escitalopram|cipralex|celexa|citalopram|paxil|paroxetine"
    r"|effexor|venlafaxine|cymbalta|duloxetine|pristiq"
    r"|desvenlafaxine|wellbutrin|bupropion|remeron|mirtazapine|trazodone|trintellix|vortioxetine|viibryd"
    r"|vilazodone|auvelity|amitriptyline|elavil|nortriptyline"
    r"|clomipramine|doxepin|imipramine|nardil|phenelzine|parnate|tranylcypromine|emsam|selegiline|lithium|lamictal"
    r"|lamotrigine|depakote|valproate|divalproex|tegretol"
    r"|carbamazepine|topamax|topiramate|abilify|aripiprazole|seroquel|quetiapine|zyprexa|olanzapine|risperdal"
    r"|risperidone|latuda|lurasidone|rexulti|brexpiprazole"
    r"|vraylar|cariprazine|clozapine|haloperidol|xanax|alprazolam|valium|diazepam|ativan|lorazepam|klonopin"
    r"|clonazepam|buspar|buspirone|hydroxyzine|ambien|zolpidem"
    r"|adderall|ritalin|methylphenidate|vyvanse|concerta|strattera|atomoxetine|modafinil|provigil|gabapentin"
    r"|neurontin|pregabalin|lyrica|suboxone|buprenorphine"
    r"|methadone|naltrexone|tramadol|oxycodone|percocet|hydrocodone|vicodin|morphine|fentanyl|codeine|ibuprofen"
    r"|tylenol|acetaminophen|paracetamol|aspirin|naproxen"
    r"|metformin|ozempic|wegovy|mounjaro|levothyroxine|synthroid|lisinopril|losartan|amlodipine|metoprolol"
    r"|propranolol|atenolol|carvedilol|clonidine|prazosin|doxazosin|hydrochlorothiazide"
    r"|atorvastatin|lipitor|warfarin|coumadin|eliquis|apixaban|xarelto|plavix|clopidogrel|prednisone|prednisolone"
    r"|albuterol|inhaler|omeprazole|benadryl|melatonin"
    r"|st johns wort|cbd|thc|weed|cannabis|kratom|spravato|psilocybin|truvada|tamoxifen|accutane|finasteride"
    r"|estradiol|testosterone|spironolactone)"
)
_CHANGE = (
    r"(?:stop(?:ping)?|quit(?:ting)?|come off|coming off|go off|going off|get off|getting off|skip(?:ping)?|pause"
    r"|pausing|taper(?:ing)?|wean(?:ing)?|change|changing"
    r"|double|doubling|increase|increasing|up|raise|lower(?:ing)?|reduce|reducing|halve|halving|cut(?:ting)?|split"
    r"|switch(?:ing)?|hold|restart|ditch|drop|miss|take more|take less|take extra|bin)"
)
_MAY = (
    r"(?:should|can|could|may|must|shall|do|would|is it (?:ok|okay|safe|alright|fine|all right|bad|dangerous)"
    r"|am i (?:allowed|ok|fine|safe|supposed)|ok|okay|safe|is there any harm)"
)
_SYMPTOM = (
    r"(?:feel(?:ing)?|felt|dizzy|headaches?|migraine|vomit\w*|throw\w* up|puking|sick|nause\w+|queasy|rash|hives"
    r"|itch\w*|swollen|shak(?:ing|y)|trembling|twitch\w*|numb|tingl\w+"
    r"|confused|foggy|spaced out|spacey|floaty|blurr\w*|double vision|ringing|pain|cramps?|burning|pee|urine|blood"
    r"|bleeding|fever|palpitations?|racing|pounding"
    r"|blood pressure|bp|bad dreams?|nightmares?|anxious|panic\w*|can not sleep|weak|tired|exhausted|wobbly"
    r"|unsteady|off balance|fainted|passed out|bruis\w*|hallucinat\w+|seeing things|hearing things)"
)
_AFTER = (
    r"(?:(?:since|after|following|from) (?:my |the |his |her |our |this |that |a |yesterday s |last night s "
    r"|todays? |last )?(?:\w+ ){0,2}(?:treatment|session|infusion|dose|ketamine|appointment|lozenge|spray|visit"
    r"|shot|injection|iv|trip)"
    r"|(?:hours?|days?|nights?|weeks?) (?:after|since|later)|ever since|the (?:day|morning|night) after)"
)


@dataclass(frozen=True, slots=True)
class Matter:
    """One wording: its id, its notice with its place, its pattern, a message that it finds and one it ignores."""

    id: str
    notice: str
    place: Place
    pattern: str
    finds: str
    ignores: str
    is_raw: bool = False


MATTERS = (
    Matter(
        "own-medicine-change",
        "no-advice",
        "before",
        rf"\b{_MAY} (?:to |if )?(?:i|we|he|she|my \w+|someone)? ?(?:\w+ ){{0,3}}{_CHANGE} (?:\w+ ){{0,4}}{_DRUG}\b"
        r"|\b(?:(?:do|does|will|would) (?:i|we|he|she|they|my \w+) (?:need|have) to|should (?:i|we|he|she|they"
        rf"|my \w+)) (?:(?:\w+ ){{0,2}}{_CHANGE} (?:\w+ ){{0,4}}{_DRUG}|(?:come off|go off|get off|stop taking"
        r"|quit taking|wean off|taper off|stay on) (?:it|them|those|these|that))\b"
        rf"|\b(?:when|how) (?:should|do|can|would"
        rf"|long before should) i (?:\w+ ){{0,2}}{_CHANGE} (?:\w+ ){{0,3}}{_DRUG}\b|\b(?:i am|i have|i was"
        rf"|thinking of|want to|going to|planning to) (?:\w+ ){{0,3}}{_CHANGE} (?:taking )?my (?:\w+ )?{_DRUG}\b",
        finds="should I stop my lexapro before?",
        ignores="what if antidepressants stopped working",
    ),
    Matter(
        "own-medicine-stopped",
        "no-advice",
        "before",
        rf"\b(?:i|he|she|my \w+) (?:have |has |had |just |already |suddenly )*(?:stopped|quit|came off|come off"
        rf"|went off|ran out of|run out of|skipped) (?:taking )?(?:\w+ ){{0,2}}{_DRUG}\b",
        finds="I stopped my lexapro last week",
        ignores="what if antidepressants stopped working",
    ),
    Matter(
        "own-dose",
        "no-advice",
        "before",
        r"\bhow (?:many|much) (?:mg|milligrams?|mcg|ml|ketamine|lozenges|of it|pills|drops|sprays"
        r"|doses)? ?(?:\w+ ){0,2}(?:should|do|can|could|would|will|must) (?:i|he|she|we"
        r"|my \w+) (?:safely )?(?:take|need|get|use|be given|be on|snort|inject)\b"
        r"|\b(?:what|which|right|correct|best|safe|proper) (?:\w+ )?(?:dose|dosage|dosing"
        r"|amount)(?: \w+){0,6} (?:for (?:me|my|him|her|a \d+|an? \w+ ?(?:lb|kg|pound|kilo)\w*|someone|\d+)"
        r"|should i|do i|can i|i take|i need)\b"
        r"|\b(?:mg|milligrams?|dose|dosage) (?:\w+ ){0,3}for (?:a |an |my |someone )?(?:\w+ )?\d+ ?(?:lbs?|pounds?"
        r"|kg|kilos?|stone|year)\b|\b\d+ ?(?:lbs?|pounds?|kg|kilos?|stone)\b.*\b(?:how (?:much|many)|dose|dosage"
        r"|mg)\b",
        finds="how many mg for 180 lb?",
        ignores="what happens at a higher dose",
    ),
    Matter(
        "own-combination",
        "no-advice",
        "before",
        rf"\b(?:ok|okay|safe|alright|fine|possible|dangerous|bad|allowed|problem|interact\w*|mix\w*|combin\w*"
        rf"|clash|react|take (?:it|this|ketamine)|have (?:it|this|ketamine)|do (?:it|this)) (?:\w+ ){{0,3}}(?:with"
        rf"|on|while (?:on|taking)|if i (?:am on|take|am taking)|alongside|and|together with|plus) (?:my |the "
        rf"|some |a |an |his |her )?(?:\w+ )?{_DRUG}\b"
        rf"|\b(?:i am|i have been|my \w+ is|i take|i am taking|been|currently|he is|she is|still) (?:still )?(?:on"
        rf"|taking|take|prescribed|using) (?:\w+ ){{0,3}}{_DRUG}\b.*\b(?:can|is|ok|okay|safe|should|still|problem"
        rf"|matter|allowed|will|does|issue)\b"
        rf"|\b(?:can|could|should|may) (?:i|he|she|we|my \w+) (?:\w+ ){{0,2}}(?:take|have|use|smoke|drink"
        rf"|mix) (?:\w+ ){{0,3}}{_DRUG}\b|^(?:\w+ ){{0,2}}(?:with|on|and|plus) (?:my )?{_DRUG}$"
        rf"|^(?:hi |hello |and |so |but )?(?:i am|he is|she is|my \w+ is|i|he|she) "
        rf"(?:also |already |currently |still )?(?:on|taking|takes?) (?:\w+ ){{0,2}}{_DRUG}(?: \w+){{0,6}}$"
        rf"|\b{_DRUG} (?:\w+ ){{0,3}}(?:still )?(?:ok|okay|safe|alright|fine)$",
        finds="is it ok with my lithium?",
        ignores="is it different from prozac",
    ),
    Matter(
        "own-reading",
        "no-advice",
        "before",
        r"\bmy (?:bp|blood pressure|heart rate|pulse|sugar|glucose|a1c|inr|tsh|ecg|ekg|bloods?|labs?|test results?"
        r"|liver (?:enzymes|numbers)|kidney (?:function|numbers)) (?:\w+ ){0,5}\d+(?: (?:over )?\d+)?\b"
        r"|\b(?:what do you think i have|do i have (?:depression|bipolar|ptsd|adhd|anxiety|psychosis)"
        r"|am i (?:depressed|bipolar|psychotic)|diagnose me|can you (?:prescribe|diagnose))\b|\bshould i (?:try|do"
        r"|get|have|go for|take|start|consider) (?:ketamine|it|this|the treatment|this treatment)\b",
        finds="my blood pressure was 168/102 this morning, am I fine",
        ignores="what happens to blood pressure",
    ),
    Matter(
        "symptom-after",
        "call-clinic",
        "before",
        rf"\b(?:i|my|me|he|she|we|his|her|husband|wife|mom|dad|son"
        rf"|daughter)\b(?: \w+){{0,12}} {_SYMPTOM}(?: \w+){{0,10}} {_AFTER}\b|\b{_AFTER}(?: \w+){{0,6}} (?:i|my|he"
        rf"|she|his|her) (?:\w+ ){{0,6}}{_SYMPTOM}\b|\b(?:i am|i have|i|my \w+ (?:is|has)|he is"
        rf"|she is) still (?:\w+ ){{0,4}}{_SYMPTOM}(?: \w+){{0,8}} (?:yesterday|treatment|session|infusion|dose"
        rf"|ketamine|appointment)\b",
        finds="I still feel dizzy two days after my infusion",
        ignores="how long does dizziness last after treatment",
    ),
    Matter(
        "booking-billing-records",
        "contact",
        "before",
        r"\b(?:book|schedule|reschedule|cancel|move|change|make|confirm|rebook|push back|postpone|need|get|want"
        r"|set up|arrange) (?:\w+ ){0,4}(?:appointments?|booking|slots?|consult\w*)\b|\b(?:my|an?) (?:invoice"
        r"|receipt|refund|bill)\b|\b(?:was|been|got) (?:over)?charged\b|\bbilled (?:me|twice|wrong)\b"
        r"|\bmy (?:\w+ )?(?:medical |patient )?(?:records?|file|chart|test results?|lab results?)\b"
        r"|\b(?:copy|send|transfer|release|access) (?:\w+ ){0,4}(?:records?|notes|file|chart|results)\b"
        r"|\bpatient portal\b|\b(?:reset|forgot) my password\b",
        finds="I want to cancel my appointment",
        ignores="what happens at the screening",
    ),
    Matter(
        "personal-details",
        "privacy",
        "after",
        r"(?i)[\w.+-]+@[\w-]+\.\w{2,}|(?:^|[^\d.])(?:\+?\d{1,3}[\s.-]?)?(?:\(\d{3}\)"
        r"|\d{3})[\s.-]?\d{3}[\s.-]?\d{4}(?:\D|$)|(?:\+44[\s-]?(?:\(0\)[\s-]?)?|\b0)\d(?:[\s-]?\d){8,9}\b"
        r"|\b\d{3}-\d{2}-\d{4}\b"
        r"|\b(?:dob|d\.o\.b\.?|date of birth|birthday|born(?: on)?|nacid[oa]"
        r"|fecha de nacimiento)\W+(?:\w+\W+){0,3}?\d{1,4}|\b(?:mrn|medical record|record|member|policy|patient"
        r"|chart|insurance|nhs|medicare|medicaid|group|account|social security|ssn"
        r"|passport)(?: (?:number|no|id|nr))?\W{0,4}(?:is\W{0,2})?[a-z]{0,4}-?\d{4,}"
        r"|\bmy (?:full )?name(?: is|'s|:) \w+ \w+|\bmy address is\b|\bi live at \d"
        r"|\b\d{1,5} [a-z]+ (?:street|avenue|ave|road|rd|lane|boulevard|blvd|terrace|crescent)\b",
        finds="you can reach me at jo@example.org",
        ignores="is there a number I can call",
        is_raw=True,
    ),
)


def matters(message: str) -> tuple[Matter, ...]:
    """Return the rows that *message* calls for, in order of the table, one for each notice."""
    lines = [line for text in readings(message)[:1] for line in text.split("\n")]
    raw = message.encode("utf-8", "ignore").decode()
    found: dict[str, Matter] = {}
    for matter, pattern in _compiled():
        if any(pattern.search(text) for text in ([raw] if matter.is_raw else lines)):
            found.setdefault(matter.notice, matter)
    return tuple(found.values())


@cache
def _compiled() -> Sequence[tuple[Matter, "re2._Regexp"]]:
    return [(matter, re2.compile(matter.pattern)) for matter in MATTERS]
