package io.github.msiv2;

import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A JVM of its own for a program of the tests, with the same classes and the same native library. */
final class ChildJvm {
    private ChildJvm() {}

    /** Returns a builder of the process. What it prints as errors goes where those of this JVM go. */
    static ProcessBuilder running(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(Arrays.asList(
                Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + NativeLibrary.PATH_PROPERTY + "=" + System.getProperty(NativeLibrary.PATH_PROPERTY),
                "-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }
}
