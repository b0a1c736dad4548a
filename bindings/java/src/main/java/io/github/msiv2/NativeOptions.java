package io.github.msiv2;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;

/** Collects what a builder sets, and creates native options with it. For use by one thread at a time. */
final class NativeOptions {
    // By what they set, so that a setting replaces an earlier one. In the order of the first setting.
    private final Map<Object, LongConsumer> settings = new LinkedHashMap<>();

    /** Sets a text; an empty one is that field's default. */
    void text(int field, String value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isEmpty()) {
            settings.remove(field);
        } else {
            settings.put(field, options -> Bridge.setOptionText(options, field, Bridge.utf8(value)));
        }
    }

    /** Sets a text that may be set again, once for each value. */
    void texts(int field, String[] values, String name) {
        String[] copy = values.clone();
        for (String value : copy) {
            Objects.requireNonNull(value, name);
        }
        settings.put(field, options -> {
            for (String value : copy) {
                Bridge.setOptionText(options, field, Bridge.utf8(value));
            }
        });
    }

    void number(int field, long value) {
        settings.put(field, options -> Bridge.setOptionNumber(options, field, value));
    }

    void flag(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    void time(int field, Duration value) {
        number(field, milliseconds(value));
    }

    /** Runs `setting` on the options; it replaces an earlier one with an equal key. */
    void object(Object key, LongConsumer setting) {
        settings.put(key, setting);
    }

    /** Returns a time for native code, where a short time must not become zero, the default. */
    static long milliseconds(Duration value) {
        if (value.isNegative() || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw new MsalClientException(
                    "a timeout of " + value + " is not from 0 to 24 days", AuthenticationErrorCode.INVALID_REQUEST);
        }
        return value.plusNanos(999_999).toMillis();
    }

    /** Creates options, or takes over those that have the number `adopted`. */
    Handle create(Long adopted) {
        NativeLibrary.require();
        Handle made = new Handle(adopted != null ? Bridge.claimOptions(adopted) : Bridge.newOptions());
        try {
            made.use(options -> settings.values().forEach(setting -> setting.accept(options)));
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }
}
