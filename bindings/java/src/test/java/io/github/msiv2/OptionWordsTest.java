package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;

/** Texts name an option by the method that sets it, and details have it as a value. */
public class OptionWordsTest {
    private static ManagedIdentityApplication.Builder builder() {
        return ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned());
    }

    /** Returns what a constant is called in Java: MTLS_PROOF_OF_POSSESSION is mtlsProofOfPossession. */
    private static String methodOf(Option option) {
        String[] words = option.name().toLowerCase().split("_");
        return words[0] + Arrays.stream(words, 1, words.length)
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }

    @Test
    public void eachOptionHasAMethodThatSetsIt() {
        Set<String> methods = Stream.of(ManagedIdentityApplication.Builder.class, ManagedIdentityParameters.Builder.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .map(method -> method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        for (Option option : Option.values()) {
            if (option != Option.OTHER && option != Option.RESOURCE) {  // the resource is an argument of builder()
                assertTrue(option.name(), methods.contains(methodOf(option)));
            }
        }
    }

    @Test
    public void eachNumberOfAnOptionHasAConstant() throws Exception {
        int options = 0;
        for (Field field : Class.forName("io.github.msiv2.Numbers").getDeclaredFields()) {
            if (!field.getName().startsWith("ABOUT_") || field.getName().equals("ABOUT_MAX_PENDING_CALLS")) {
                continue;
            }
            Option option = Option.of(field.getInt(null));
            if (field.getName().equals("ABOUT_NONE")) {
                assertNull(option);
            } else {
                assertEquals(field.getName(), field.getName().equals("ABOUT_OTHER"), option == Option.OTHER);
                ++options;
            }
        }
        assertEquals(Option.values().length, options);
        assertEquals(Option.OTHER, Option.of(4096));
    }

    // N5.
    @Test
    public void anErrorOfTheLibraryNamesMethods() {
        MsalClientException e =
                assertThrows(MsalClientException.class, builder().imdsBaseUrl("http://10.0.0.1")::build);
        assertEquals(Optional.of(Option.IMDS_BASE_URL), e.details().option());
        assertTrue(e.getMessage(), e.getMessage().startsWith("imdsBaseUrl ('http://10.0.0.1') would carry"));
        assertTrue(e.getMessage(), e.getMessage().endsWith("or set allowInsecureImdsBaseUrl knowingly"));
        assertTrue(e.line(), e.line().contains("or set allowInsecureImdsBaseUrl knowingly"));
        assertFalse(e.line(), e.line().contains("_base") || e.line().contains("MSIV2_"));
    }

    // N5.
    @Test
    public void aSourceThatIsNotAllowedNamesTheMethod() {
        try (ManagedIdentityApplication application = builder().imdsBaseUrl("http://127.0.0.1:1").build()) {
            String why = application.sources().get(0).why();
            assertTrue(why, why.endsWith("not asked, because allowWorkloadIdentity is not set"));
        }
    }

    @Test
    public void aRequestThatIsRefusedHasItsOption() {
        MsalClientException e = assertThrows(
                MsalClientException.class,
                ManagedIdentityParameters.builder("https://vault.azure.net").allowUnattested(true)::build);
        assertEquals(Optional.of(Option.ALLOW_UNATTESTED), e.details().option());
        assertEquals(Optional.empty(), new MsalClientException("x", "invalid_request").details().option());
    }
}
