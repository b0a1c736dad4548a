"""Finds the mutants of a C++ file by libclang, and writes the file so that it holds them all (mutant schemata).

A mutant is one small change of one expression or statement. Each has a number, and at run time the one whose number is in
the environment variable MUTANT is in force. So a tree is compiled once for all of its mutants. mutant.h has the functions
that the changed text calls.
"""
import dataclasses
import os
import re

try:
    import clang.cindex
    from clang.cindex import CursorKind as Kind
except ImportError as error:
    raise SystemExit("libclang for Python is missing: install the package python3-clang-14") from error

RELATIONAL = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
COMPARE = {"<": "Less", "<=": "LessOrEqual", ">": "Greater", ">=": "GreaterOrEqual"}
EQUALITY = {"==": "!=", "!=": "=="}
LOGICAL = {"&&": "||", "||": "&&"}
SUM = {"+": "-", "-": "+"}
FUNCTIONS = (Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION_FUNCTION,
             Kind.FUNCTION_TEMPLATE)
CONSTANT_PLACES = (Kind.ENUM_DECL, Kind.STATIC_ASSERT, Kind.TEMPLATE_REF, Kind.TYPE_REF)
# A function that returns one of these may return an empty one instead.
EMPTY = re.compile(r"std::(optional|shared_ptr|unique_ptr|vector|basic_string|basic_string_view)<")
EMPTY_TEXTS = ("{}", "nullptr", "std::nullopt", '""')
DIGITS = re.compile(r"(\d+)[uUlL]*$")
# What a file with mutants begins with. Warnings about a mutant are of no interest.
HEAD = "".join(f'#pragma GCC diagnostic ignored "-W{name}"\n' for name in (
    "narrowing", "conversion", "sign-conversion", "sign-compare", "parentheses", "extra", "bool-operation", "shadow",
    "int-in-bool-context", "bool-compare", "type-limits", "unused-function", "unused-variable", "dangling-else", "return-type",
    "unused-value", "unused-but-set-variable", "uninitialized", "maybe-uninitialized"))
HEAD += '#include "mutant.h"\n#line 1\n'


@dataclasses.dataclass
class Mutant:
    """One mutant of a file: where it is, the original text, and the text that takes its place."""
    file: str
    start: int
    end: int
    old: str
    new: str
    line: int = 0
    last_line: int = 0
    number: int = 0
    wraps: list = dataclasses.field(default_factory=list)  # (start, end, before, after); # stands for the number
    swap: tuple = None  # (start, end, text): what takes the place of an operator or of `constexpr`

    def change(self):
        """Returns the change on one line, as the list of explained survivors names it."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        first = len(os.path.commonprefix([old, new]))
        last = min(len(os.path.commonprefix([old[::-1], new[::-1]])), len(old) - first, len(new) - first)
        return f"{around(old, first, last)} -> {around(new, first, last)}"


def around(text, first, last, context=25, most=60):
    """Returns `text`, cut to what is between its `first` and `last` characters and some context."""
    begin, end = max(0, first - context), min(len(text), len(text) - last + context)
    middle = text[begin:end]
    if len(middle) > most + 2 * context:
        middle = middle[:most] + "..." + middle[-context:]
    return ("..." if begin > 0 else "") + middle + ("..." if end < len(text) else "")


class Finder:
    """Collects the mutants of one file."""

    def __init__(self, file, code, cursor):
        self.file, self.code = file, code
        self.found = {}
        self.same = set()  # extents of comparisons whose negation is a mutant of the statement around them
        self.visit(cursor, None, None, None)

    def mutants(self):
        found = sorted(self.found.values(), key=lambda mutant: (mutant.start, -mutant.end, mutant.new))
        for mutant in found:
            mutant.line = self.code.count(b"\n", 0, mutant.start) + 1
            mutant.last_line = mutant.line + mutant.old.count("\n")
        return found

    def text(self, start, end):
        return self.code[start:end].decode()

    def add(self, start, end, new, wraps, swap=None):
        old = self.text(start, end)
        self.found.setdefault((start, end, new), Mutant(self.file, start, end, old, new, wraps=wraps, swap=swap))

    def visit(self, node, parent, function, constant):
        """Visits `node` inside `function` (its cursor, or None). `constant` is the declaration of the constexpr variable
        whose initial value this is, or None."""
        if node.kind in CONSTANT_PLACES or (node.location.file and node.location.file.name != self.file):
            return
        if node.kind in FUNCTIONS or node.kind == Kind.LAMBDA_EXPR:
            function = node
            if "constexpr" in self.text(*span(node)).split("(")[0].split():
                return
        if node.kind == Kind.VAR_DECL and re.match(r"(inline |static )*constexpr ", self.text(*span(node))):
            constant = node
        children = list(node.get_children())
        self.look(node, parent, children, function, constant)
        for child in children:
            if node.kind == Kind.CASE_STMT and child == children[0]:
                continue
            self.visit(child, node, function, constant)

    def look(self, node, parent, children, function, constant):
        start, end = span(node)
        if start == end:
            return
        if node.kind in (Kind.INTEGER_LITERAL, Kind.CXX_BOOL_LITERAL_EXPR):
            self.literal(start, end, constant, parent)
        elif constant:
            return
        elif node.kind in (Kind.IF_STMT, Kind.CONDITIONAL_OPERATOR) and children:
            self.condition(node, children)
        elif node.kind == Kind.RETURN_STMT and children and function:
            self.returned(start, end, span(children[0]), function)
        elif node.kind.is_expression():
            self.operator(node, start, end, children)
        if node.kind == Kind.COMPOUND_STMT:
            for child in children:
                self.statement(child)
        elif node.kind in (Kind.IF_STMT, Kind.FOR_STMT, Kind.WHILE_STMT, Kind.CXX_FOR_RANGE_STMT):
            for child in children[1:]:
                self.statement(child)

    def literal(self, start, end, constant, parent):
        text = self.text(start, end)
        before, after = self.text(start - 20, start).rstrip()[-1:], self.text(end, end + 2).lstrip()[:1]
        if before == "<" or (before == "," and after == ">") or (before == "[" and parent.kind == Kind.VAR_DECL):
            return  # an argument of a template, or the size of an array
        swap = None
        if constant:
            first = span(constant)[0]
            at = first + self.text(*span(constant)).index("constexpr")
            if self.text(first, at).strip() or start < constant.location.offset:
                return
            swap = (at, at + len("constexpr"), "const")
        if text in ("true", "false"):
            other = "false" if text == "true" else "true"
            self.add(start, end, other, [(start, end, "(::mutate::On(#) != ", ")")], swap)
        elif digits := DIGITS.match(text):
            more = str(int(digits[1]) + 1) + text[digits.end(1):]
            self.add(start, end, more, [(start, end, "(", " + ::mutate::On(#))")], swap)

    def condition(self, node, children):
        start, end = span(children[0])
        if node.kind == Kind.IF_STMT and self.text(*span(node)).startswith("if constexpr"):
            return
        if children[0].kind == Kind.VAR_DECL:  # if (auto x = f())
            if self.text(end, end + 1) == ")":
                name = children[0].spelling
                self.add(start, end, f"{self.text(start, end)}; !{name}",
                         [(start, end, "", f"; ::mutate::On(#) != static_cast<bool>({name})")])
        elif children[0].kind == Kind.DECL_STMT:  # if (auto x = f(); c)
            if len(children) > 1 and self.text(*span(children[1])) and children[1].kind.is_expression():
                self.negation(*span(children[1]))
        else:
            self.negation(start, end)

    def negation(self, start, end):
        self.same.add((start, end))
        text = self.text(start, end)
        plain = re.fullmatch(r"!?[\w.>()-]+", text)
        negated = (text[1:] if text.startswith("!") else f"!{text}") if plain else f"!({text})"
        self.add(start, end, negated, [(start, end, "(::mutate::On(#) != static_cast<bool>(", "))")])

    def returned(self, start, end, value, function):
        text = self.text(*value)
        if function.kind == Kind.LAMBDA_EXPR:
            return
        result = function.result_type.get_canonical().spelling
        if result == "bool" and text not in ("true", "false"):
            self.negation(*value)
        elif EMPTY.match(result) and text not in EMPTY_TEXTS:
            stop = self.code.index(b";", end) + 1
            self.add(start, stop, "return {};", [(start, stop, "{ if (::mutate::On(#)) return {}; ", " }")])

    def operator(self, node, start, end, children):
        operands = [child for child in children if child.kind.is_expression() and span(child)[0] != span(child)[1]]
        operands = [child for child in operands if not (self.text(*span(child)) in
                                                        {**RELATIONAL, **EQUALITY, **LOGICAL, **SUM})]
        if len(operands) != 2:
            return
        left, right = (span(child) for child in operands)
        if left[0] != start or right[1] != end or left[1] > right[0]:
            return
        between = self.text(left[1], right[0])
        sign = between.strip()
        at = left[1] + between.find(sign)
        place = (at, at + len(sign))
        if sign in RELATIONAL:
            self.replace(start, end, place, RELATIONAL[sign],
                         [(start, end, f"::mutate::{COMPARE[sign]}(#, ", ")")], ",")
        elif sign in EQUALITY and (start, end) not in self.same:
            self.replace(start, end, place, EQUALITY[sign], [(start, end, "(::mutate::On(#) != (", "))")])
        elif sign in LOGICAL:
            # With both operands and the whole negated, && is || and the other way round.
            inner = "(::mutate::On(#) != static_cast<bool>("
            self.replace(start, end, place, LOGICAL[sign],
                         [(start, end, "(::mutate::On(#) != (", "))"), (*left, inner, "))"), (*right, inner, "))")])
        elif sign in SUM and takes_sum(node, sign, operands):
            self.replace(start, end, place, SUM[sign],
                         [(start, end, f"::mutate::{'Plus' if sign == '+' else 'Minus'}(#, ", ")")], ",")

    def replace(self, start, end, place, sign, wraps, swap=None):
        new = self.text(start, place[0]) + sign + self.text(place[1], end)
        self.add(start, end, new, wraps, (*place, swap) if swap else None)

    def statement(self, node):
        """A call or an assignment may be left out."""
        start, end = span(node)
        text = self.text(start, end)
        if not node.kind.is_expression() or start == end or not re.search(r"\)$|=|\+\+|--", text):
            return
        stop = end + len(self.text(end, end + 80).partition(";")[0]) + 1
        if self.text(end, stop).strip() == ";":
            self.add(start, stop, ";", [(start, stop, "{ if (!::mutate::On(#)) ", " }")])


def takes_sum(node, sign, operands):
    """Returns true if both + and - exist for the operands: numbers, durations, and a time and a duration."""
    types = [operand.type.get_canonical().spelling for operand in operands]
    times = ["time_point" in kind for kind in types]
    numbers = all(re.search(r"duration|time_point|^(const )?(unsigned )?(int|long|short|char|double|bool)\b", kind)
                  for kind in types)
    return numbers and not all(times) and not (sign == "+" and times[1])


def span(node):
    return node.extent.start.offset, node.extent.end.offset


def find_mutants(file, arguments):
    """Returns the mutants of `file`, in the order of their places. `arguments` are those of the compiler."""
    unit = clang.cindex.Index.create().parse(file, args=arguments)
    errors = [str(problem) for problem in unit.diagnostics if problem.severity >= 3]
    if errors:
        raise ValueError("\n".join(errors[:5]))
    with open(file, "rb") as opened:
        return Finder(file, opened.read(), unit.cursor).mutants()


def write_plain(code, mutant):
    """Returns `code` (bytes) with this one mutant in place of the original."""
    return code[:mutant.start] + mutant.new.encode() + code[mutant.end:]


def write_schemata(code, mutants):
    """Returns `code` (bytes) with all `mutants`, each in force if its number is chosen at run time."""
    edits = {}  # place: texts, each with its rank; closing ones first, the innermost of them first
    swaps = {mutant.swap[:2]: mutant.swap[2] for mutant in mutants if mutant.swap}
    order = 0
    for mutant in mutants:
        for start, end, before, after in mutant.wraps:
            order += 1
            number = str(mutant.number)
            edits.setdefault(end, []).append(((0, end - start, -order), after.replace("#", number)))
            edits.setdefault(start, []).append(((1, start - end, order), before.replace("#", number)))
    out, at = [HEAD.encode()], 0
    for place in sorted(set(edits) | {start for start, _ in swaps} | {len(code)}):
        if place < at:
            raise ValueError("a mutant begins inside an operator")
        out.append(code[at:place])
        at = place
        out += [text.encode() for _, text in sorted(edits.get(place, []))]
        for (start, end), text in swaps.items():
            if start == place:
                out.append(text.encode())
                at = end
    out.append(code[at:])
    return b"".join(out)
