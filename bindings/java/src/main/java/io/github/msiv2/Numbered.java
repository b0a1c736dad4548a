package io.github.msiv2;

import java.util.function.ToIntFunction;

/** Finds the constant of an enumeration by its number in the C interface. */
final class Numbered {
    private Numbered() {}

    /** Throws IllegalStateException for a number that only a later version of the native library knows. */
    static <T> T find(T[] constants, ToIntFunction<T> numberOf, long number) {
        for (T constant : constants) {
            if (numberOf.applyAsInt(constant) == number) {
                return constant;
            }
        }
        throw new IllegalStateException("these classes do not know the number " + number);
    }
}
