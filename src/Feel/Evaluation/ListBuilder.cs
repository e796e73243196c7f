namespace Zhengtong.Feel;

/// <summary>A list that grows within the bounds; views of it stay valid because nothing in them is ever overwritten.</summary>
internal sealed class ListBuilder(Evaluation evaluation)
{
    private object?[] items = [];
    private int count;

    public int Count => count;

    public void Add(object? value)
    {
        if (count == items.Length)
        {
            evaluation.CheckListLength(count + 1L);
            Array.Resize(ref items, Math.Max(4, count * 2));
        }

        items[count++] = value;
        evaluation.Step();
    }

    public void AddRange(FeelList list)
    {
        foreach (var item in list.Span)
        {
            Add(item);
        }
    }

    public FeelList View() => count == 0 ? FeelList.Empty : new FeelList(items, count);
}
