/*
 * The form of the packages' changelogs: the text of each changeset, without the hash of a commit.
 * All packages have one version, so dependencies are not listed.
 */
export default {
  getReleaseLine({ summary }) {
    const [first = "", ...lines] = summary.trim().split("\n");
    return [`- ${first}`, ...lines.map((line) => (line === "" ? "" : `  ${line}`))].join("\n");
  },
  getDependencyReleaseLine: () => "",
};
