package io.holdfast.workflows;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Workflow code is replayed: whatever it reads must come from its history. */
@AnalyzeClasses(packages = "io.holdfast.workflows", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule NO_FILE_SOCKET_PROCESS_OR_LOGGER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.io..", "java.net..", "java.nio.file..", "java.nio.channels..", "java.sql..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.slf4j.LoggerFactory")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.ProcessBuilder");

  @ArchTest
  static final ArchRule NO_THREAD_OR_LOCK_OF_THE_JDK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class);

  @ArchTest
  static final ArchRule NO_CLOCK_BUT_TEMPORALS =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.time.Clock.class);

  @ArchTest
  static final ArchRule NO_CHANCE_BUT_TEMPORALS =
      noClasses()
          .should()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.Random.class)
          .orShould()
          .callMethod(Math.class, "random");

  /** Sealing is done around a workflow, never in it: nonces are chance. Failures name its types. */
  @ArchTest
  static final ArchRule NO_CRYPTOGRAPHY_BUT_IN_ITS_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackages("..workflows.seal..", "..workflows.failure..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.crypto..", "java.security..", "..workflows.seal..");

  @ArchTest
  static final ArchRule NOTHING_BUT_TEMPORAL_AND_ITS_JSON =
      classes()
          .that()
          .resideOutsideOfPackages("..workflows.seal..", "..workflows.connection..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.holdfast.workflows..",
              "io.temporal..",
              "com.fasterxml.jackson.annotation..",
              "org.jspecify..",
              "org.slf4j..",
              "java..");

  @ArchTest
  static final ArchRule THE_MODEL_AND_THE_CONTRACTS_KNOW_NO_WORKFLOW =
      noClasses()
          .that()
          .resideInAnyPackage("..model..", "..activity..", "..failure..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..saga..", "..instance..", "..host..", "..image..", "..release..");

  @ArchTest
  static final ArchRule WORKFLOWS_KNOW_NO_OTHER_WORKFLOW =
      slices()
          .matching(
              "io.holdfast.workflows.(instance|host|image|release|replication|snapshot|volume)..")
          .should()
          .notDependOnEachOther();
}
