package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/** docs/java_members.md, compared with msiv2.h, with the classes, and with what the bridge calls. */
public class MembersTest {
    private static final Pattern FUNCTION = Pattern.compile("^MSIV2_API [^;(]*?(msiv2_\\w+)\\(", Pattern.MULTILINE);
    private static final Pattern ROW =
            Pattern.compile("^\\| `(msiv2_\\w+)` \\| (.*?) \\|(.*)\\|$", Pattern.MULTILINE);
    private static final Pattern MEMBER = Pattern.compile("`([A-Z]\\w+(?:\\.[A-Z]\\w+)*)\\.(\\w+)`");
    private static final Pattern REASON =
            Pattern.compile("^\\| (`MSIV2_\\w+`(?:, `MSIV2_\\w+`)*) \\| .{10,} \\|$", Pattern.MULTILINE);
    private static final String NONE = "not applicable: ";

    private static String textOf(String property, String suffix) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(Paths.get(System.getProperty(property)))) {
            for (Path file : files.filter(f -> f.toString().matches(".*\\.(" + suffix + ")")).sorted()
                    .collect(Collectors.toList())) {
                text.append(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    private static String page() throws IOException {
        return textOf("msiv2.test.members", "md");
    }

    /** Returns the second and third column of each row, by the function. */
    private static Map<String, String[]> rows() throws IOException {
        Map<String, String[]> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(page());
        while (row.find()) {
            assertNull("a second row", rows.put(row.group(1), new String[] {row.group(2), row.group(3).trim()}));
        }
        return rows;
    }

    private static boolean names(String text, String word) {
        return Pattern.compile("\\b" + word + "\\b").matcher(text).find();
    }

    // B10.
    @Test
    public void eachFunctionOfTheCInterfaceHasARow() throws Exception {
        Set<String> functions = new TreeSet<>();
        Matcher function = FUNCTION.matcher(textOf("msiv2.test.headers", "h"));
        while (function.find()) {
            functions.add(function.group(1));
        }
        assertTrue(functions.toString(), functions.size() >= 90);
        assertEquals(functions, new TreeSet<>(rows().keySet()));
    }

    private static boolean isPublic(String type, String member) {
        try {
            Class<?> found = Class.forName("io.github.msiv2." + type.replace('.', '$'));
            boolean has = member.equals("new")
                    ? found.getConstructors().length > 0
                    : Arrays.stream(found.getMethods()).anyMatch(method -> method.getName().equals(member));
            return has && Modifier.isPublic(found.getModifiers());
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    // B10.
    @Test
    public void eachMemberOfTheTableIsPublic() throws Exception {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, String[]> row : rows().entrySet()) {
            String members = row.getValue()[0];
            if (members.startsWith(NONE)) {
                assertTrue(row.getKey(), members.length() > NONE.length() + 10);
                continue;
            }
            Matcher member = MEMBER.matcher(members);
            while (member.find()) {
                if (!isPublic(member.group(1), member.group(2))) {
                    missing.add(member.group());
                }
            }
            assertEquals(row.getKey() + " names members and nothing else", "",
                    MEMBER.matcher(members).replaceAll("").replace(",", "").trim());
        }
        assertEquals(Collections.emptyList(), missing);
    }

    /** A row cannot promise a function that nothing calls, unless it says how it does without. */
    @Test
    public void theBridgeCallsEachFunctionThatHasAMember() throws Exception {
        String bridge = textOf("msiv2.test.sources", "cc|cpp|h");
        List<String> wrong = new ArrayList<>();
        rows().forEach((function, row) -> {
            boolean promised = !row[0].startsWith(NONE) && !row[1].startsWith("not called: ");
            if (promised && !names(bridge, function)) {
                wrong.add(function);
            }
        });
        assertEquals(Collections.emptyList(), wrong);
    }

    @Test
    public void eachNumberOfTheCInterfaceIsUsedOrHasAReason() throws Exception {
        String java = textOf("msiv2.test.sources", "java");
        String bridge = textOf("msiv2.test.sources", "cc|cpp|h");
        Set<String> excused = new TreeSet<>();
        Matcher reason = REASON.matcher(page());
        while (reason.find()) {
            excused.addAll(Arrays.asList(reason.group(1).replace("`MSIV2_", "").replace("`", "").split(", ")));
        }
        Set<String> unused = new TreeSet<>();
        for (Field field : Class.forName("io.github.msiv2.Numbers").getDeclaredFields()) {
            String name = field.getName();
            boolean used = names(java, "Numbers\\." + name) || names(bridge, "MSIV2_" + name);
            if (!used && !name.startsWith("E_")) {
                unused.add(name);
            }
        }
        assertEquals(excused, unused);
    }
}
