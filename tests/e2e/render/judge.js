// Shows one page after another to axe and gathers the barriers it finds.
async (pages) => {
  const faults = [];
  for (const [name, content] of Object.entries(pages)) {
    document.querySelector("main > div").innerHTML = content;
    const { violations } = await axe.run();
    for (const { id, nodes } of violations) {
      for (const { html } of nodes) faults.push(`${name}: ${id}: ${html}`);
    }
  }
  return faults;
};
