namespace Pictor.Imaging.Native;

/// <summary>One operation of libvips, by name: its arguments are set as GObject properties, then it runs once.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly string name;
    private nint handle;

    public VipsOperation(string name)
    {
        this.name = name;
        handle = Vips.NewOperation(name);
        if (handle == 0)
        {
            throw VipsException.FromBuffer(name);
        }
    }

    /// <summary>Sets an int, or an enumeration or flags by number.</summary>
    public VipsOperation Set(string property, int number)
    {
        GValue value = default;
        Vips.SetInt(Vips.InitValue(&value, GValue.Int), number);
        return SetAndUnset(property, &value);
    }

    public VipsOperation Set(string property, double number)
    {
        GValue value = default;
        Vips.SetDouble(Vips.InitValue(&value, GValue.Double), number);
        return SetAndUnset(property, &value);
    }

    public VipsOperation Set(string property, bool state)
    {
        GValue value = default;
        Vips.SetBoolean(Vips.InitValue(&value, GValue.Boolean), state ? 1 : 0);
        return SetAndUnset(property, &value);
    }

    public VipsOperation Set(string property, string text)
    {
        GValue value = default;
        Vips.SetString(Vips.InitValue(&value, GValue.String), text);
        return SetAndUnset(property, &value);
    }

    public VipsOperation Set(string property, VipsImage image)
    {
        GValue value = default;
        Vips.SetObject(Vips.InitValue(&value, GValue.Object), image);
        return SetAndUnset(property, &value);
    }

    public VipsOperation Set(string property, ReadOnlySpan<double> numbers)
    {
        GValue value = default;
        Vips.InitValue(&value, Vips.ArrayDoubleType());
        fixed (double* first = numbers)
        {
            Vips.SetArray(&value, first, numbers.Length);
        }

        return SetAndUnset(property, &value);
    }

    /// <summary>Hands over a copy of the bytes, which libvips frees.</summary>
    public VipsOperation SetBlob(string property, ReadOnlySpan<byte> bytes)
    {
        GValue value = default;
        Vips.InitValue(&value, Vips.BlobType());
        fixed (byte* first = bytes)
        {
            var blob = Vips.CopyBlob(first, (nuint)bytes.Length);
            Vips.SetBoxed(&value, blob);
            Vips.UnrefBlob(blob);
        }

        return SetAndUnset(property, &value);
    }

    /// <summary>Runs an operation that gives an image.</summary>
    public VipsImage Run()
    {
        RunToEnd();
        GValue value = default;
        Vips.InitValue(&value, GValue.Object);
        Vips.GetProperty(handle, "out", &value);
        var image = Vips.TakeObject(&value);
        Vips.UnsetValue(&value);
        Vips.UnrefOutputs(handle);
        return new VipsImage(image);
    }

    /// <summary>Runs an operation whose results nobody wants.</summary>
    public void RunAndForget()
    {
        RunToEnd();
        Vips.UnrefOutputs(handle);
    }

    /// <summary>Runs an operation that gives a file or a number.</summary>
    public void RunToEnd()
    {
        var built = Vips.BuildOperation(handle);
        if (built == 0)
        {
            Vips.UnrefOutputs(handle);
            throw VipsException.FromBuffer(name);
        }

        Vips.Unref(handle);
        handle = built;
    }

    public void Dispose()
    {
        if (handle != 0)
        {
            Vips.Unref(handle);
            handle = 0;
        }
    }

    private VipsOperation SetAndUnset(string property, GValue* value)
    {
        Vips.SetProperty(handle, property, value);
        Vips.UnsetValue(value);
        return this;
    }
}
