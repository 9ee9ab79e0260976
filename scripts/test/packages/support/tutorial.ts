/** A step of a tutorial: a file to write, or commands to run and what the last one prints. */
export type TutorialStep =
  | { readonly path: string; readonly content: string }
  | { readonly commands: string; readonly output: string | undefined };

/**
 * Returns the steps of a section of a document: a block of code after a paragraph that begins with
 * a path in backticks is that file, a block of shell is run, a text block after it is its output.
 */
export function tutorialSteps(document: string, heading: string): TutorialStep[] {
  const [, section = ""] = document.split(`\n${heading}\n`);
  const [text = ""] = section.split(/^## /mu);
  const steps: TutorialStep[] = [];
  const blocks =
    /(?:^`([^`\n]+)`.*\n(?:.+\n)*\n)?^```(\w+)\n([\s\S]*?)^```(?:\n\n```text\n([\s\S]*?)^```)?/gmu;
  for (const [, path, language, content = "", output] of text.matchAll(blocks)) {
    if (path !== undefined) {
      steps.push({ path, content });
    } else if (language === "sh") {
      steps.push({ commands: content, output });
    }
  }
  return steps;
}
