// Copies the address of an article, or hands it to the sheet of the system.
for (const box of document.querySelectorAll(".share")) {
  const { title, address } = box.dataset;
  const ways = box.querySelector("p");
  const said = box.querySelector("[role=status]");
  const copy = box.querySelector("[data-way=copy]");
  const share = box.querySelector("[data-way=share]");
  ways.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      box.querySelector("input").select();
      document.execCommand("copy");
    }
    said.textContent = copy.dataset.done;
  });
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share({ title, url: address }).catch(() => {}));
  }
}
