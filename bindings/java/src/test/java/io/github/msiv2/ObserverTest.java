package io.github.msiv2;

import static io.github.msiv2.EmulatorProcess.bound;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Observers and logs of an application. */
public class ObserverTest {
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    private List<Event> of(String name) {
        return events.stream().filter(event -> event.name().equals(name)).collect(Collectors.toList());
    }

    @Test
    public void anObserverIsToldOfEachStepAndOfTheToken() throws Exception {
        emulator.fault("imds.getplatformmetadata status=503 count=1");
        try (ManagedIdentityApplication application =
                        emulator.plain().keyProviders("in-memory").observer(events::add).build();
                TokenResult token = application.acquireTokenForManagedIdentity(bound()).get()) {
            assertEquals(of("step_started").size(), of("step_ended").size());
            List<String> steps = of("step_ended").stream().map(Event::step).collect(Collectors.toList());
            assertTrue(steps.toString(), steps.containsAll(Arrays.asList("metadata", "key", "credential", "token")));
            for (Event ended : of("step_ended")) {
                assertFalse(ended.error().isPresent());
                assertEquals(36, ended.correlationId().length());
            }
            Event retry = of("retry").get(0);
            assertEquals(503, retry.httpStatus());
            assertEquals(1, retry.attempt());
            assertTrue(retry.delay().toMillis() > 0);
            Event miss = of("cache_miss").get(0);
            assertFalse(miss.cache().isEmpty());
            assertFalse(miss.miss().isEmpty());
            Event count = of("msi_count").get(0);
            assertEquals(token.tokenType(), count.tokenType());
            assertEquals("ImdsV2", count.source());
            assertEquals(KeyStrength.SOFTWARE, count.keyStrength());
            assertEquals(KeyOrigin.PLATFORM, count.keyOrigin());
            assertFalse(count.keyType().isEmpty() || count.outcome().isEmpty() || count.bypassCache());
            assertTrue(count.elapsed().toNanos() > 0);
        }
    }

    @Test
    public void anObserverIsToldWhyAStepFailed() throws Exception {
        emulator.fault("imds.issuecredential status=403");
        try (ManagedIdentityApplication application = emulator.plain().observer(events::add).build()) {
            ExecutionException failed = assertThrows(
                    ExecutionException.class, () -> application.acquireTokenForManagedIdentity(bound()).get());
            ManagedIdentityException thrown = (ManagedIdentityException) failed.getCause();
            ManagedIdentityException told = of("msi_count").get(0).error().get();
            assertEquals("credential_request_failed", told.errorCode());
            assertEquals(thrown.getMessage(), told.getMessage());
            assertEquals(403, told.details().httpStatus());
            assertTrue(told.line(), told.line().contains("credential_request_failed") && told.line().contains("403"));
        }
    }

    @Test
    public void anObserverThatThrowsLosesItsEventsOnly() throws Exception {
        List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
        try (ManagedIdentityApplication application = emulator.plain()
                        .observer(event -> {
                            throw new IllegalStateException("of the observer");
                        })
                        .observer(events::add)
                        .build();
                TokenResult token = application.acquireTokenForManagedIdentity(bound()).get()) {
            assertTrue(token.isBound());
            assertFalse(events.isEmpty());
            assertEquals(events.size(), uncaught.size());
            assertEquals("of the observer", uncaught.get(0).getMessage());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private void acquireWith(ManagedIdentityApplication.Builder builder) throws Exception {
        lines.clear();
        try (ManagedIdentityApplication application = builder.build()) {
            application.acquireTokenForManagedIdentity(bound()).get().close();
        }
        assertFalse(lines.isEmpty());
    }

    private boolean says(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    @Test
    public void aLogGetsALineForEachEvent() throws Exception {
        acquireWith(emulator.plain().log(lines::add, false, false));
        assertFalse(lines.toString(), says("step_started") || says(emulator.endpoint("tenant_id")));
        acquireWith(emulator.plain().log(lines::add, true, false));
        assertTrue(lines.toString(), says("step_started") && says(emulator.endpoint("tenant_id")));
        acquireWith(emulator.plain().log(lines::add, false, true));
        assertTrue(lines.toString(), lines.stream().allMatch(line -> line.startsWith("{") && line.endsWith("}")));
    }

    /** Keeps what it is told, with its level. */
    private final class ListLogger implements System.Logger {
        private final List<Level> levels = Collections.synchronizedList(new ArrayList<>());

        @Override
        public String getName() {
            return "list";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            levels.add(level);
            lines.add(message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            levels.add(level);
            lines.add(format);
        }
    }

    // N14.
    @Test
    public void aLoggerOfTheJvmGetsTheLinesAtItsLevel() throws Exception {
        for (System.Logger.Level level : Arrays.asList(System.Logger.Level.INFO, System.Logger.Level.DEBUG)) {
            ListLogger logger = new ListLogger();
            acquireWith(emulator.plain().logger(logger, level));
            assertEquals(Collections.nCopies(lines.size(), level), logger.levels);
            assertEquals(level == System.Logger.Level.DEBUG, says("step_started"));
        }
    }
}
