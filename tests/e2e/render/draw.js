// Draws cards with the real renderer and tells everything that it had to say about them.
// `told` maps each text of the cards to its HTML: Markdown is read outside, by another parser.
({ cards, config, told }) => {
  const AC = window.AdaptiveCards;
  AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
    const plain = document.createElement("i");
    plain.textContent = text;
    result.outputHtml = told[text] ?? plain.innerHTML;
    result.didProcess = true;
  };
  const faults = [];
  for (const [name, content] of Object.entries(cards)) {
    const say = (fault) => faults.push(`${name}: ${fault}`);
    const card = new AC.AdaptiveCard();
    card.hostConfig = new AC.HostConfig(config);
    const context = new AC.SerializationContext(AC.Versions.v1_5);
    card.parse(content, context);
    for (let n = 0; n < context.eventCount; n++) say(context.getEventAt(n).message);
    for (const event of card.validateProperties().validationEvents) say(event.message);
    const title = Object.assign(document.createElement("p"), { className: "name", textContent: name });
    const box = Object.assign(document.createElement("div"), { className: "drawn", id: name });
    document.body.append(title, box);
    const drawn = card.render();
    if (!drawn) {
      say("nothing was drawn");
      continue;
    }
    box.append(drawn);
    for (const image of box.querySelectorAll("img")) if (!image.alt) say("a picture without words");
    for (const part of [box, ...box.querySelectorAll("div, p")]) {
      if (part.closest("button")) continue; // it ends in an ellipsis of its own
      if (part.scrollWidth > part.clientWidth + 1) say(`cut off: ${part.textContent}`);
    }
  }
  return faults;
};
